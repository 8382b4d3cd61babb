"""The words that the text tower learns: for every concept what people call such things, and how captions put it."""

from collections.abc import Mapping

# What the concepts of the shipped vocabulary are called in captions and catalogues.
NAMES: Mapping[str, tuple[str, ...]] = {
    "archaeological_site": (
        "archaeological site", "ancient ruin", "excavation", "archaeological dig", "ruined temple", "ancient city",
        "Roman ruins", "prehistoric monument", "excavated foundations", "megalith",
    ),
    "building": (
        "building", "house", "church", "palace", "castle", "tower", "facade", "mosque", "pagoda", "architecture",
        "town hall", "cathedral",
    ),
    "ceramics": (
        "ceramics", "ceramic vase", "pottery", "porcelain plate", "earthenware bowl", "stoneware jug", "Greek vase",
        "pot", "amphora", "ceramic tile", "teapot", "clay vessel", "sherd", "faience",
    ),
    "clothing": (
        "clothing", "dress", "coat", "jacket", "shirt", "garment", "robe", "trousers", "skirt", "gown", "uniform",
        "folk costume", "waistcoat", "blouse", "kimono",
    ),
    "costume_accessories": (
        "costume accessory", "hat", "shoe", "pair of shoes", "handbag", "purse", "glove", "belt", "fan", "scarf",
        "bonnet", "buckle", "parasol", "tie", "sandal", "boot",
    ),
    "drawing": (
        "drawing", "pencil sketch", "pen and ink drawing", "charcoal study", "watercolour drawing", "chalk drawing",
        "sketch", "botanical illustration", "architectural drawing",
    ),
    "furniture": (
        "furniture", "piece of furniture", "chair", "table", "cabinet", "chest of drawers", "armchair", "desk", "bed",
        "sofa", "stool", "bench", "cupboard", "wardrobe",
    ),
    "inscription": (
        "inscription", "carved inscription", "inscribed stone", "cuneiform tablet", "hieroglyphs", "ancient writing",
        "stela", "inscribed tablet", "engraved letters in stone", "epigraph",
    ),
    "jewellery": (
        "jewellery", "jewelry", "necklace", "ring", "earrings", "bracelet", "brooch", "pendant", "gold ring",
        "amulet", "string of beads", "diadem",
    ),
    "map": (
        "map", "old map", "city map", "town plan", "nautical chart", "atlas sheet", "cadastral map", "street map",
        "cartography",
    ),
    "painting": (
        "painting", "oil painting", "portrait painting", "miniature painting", "landscape painting", "panel painting",
        "painted icon", "canvas", "illuminated miniature", "fresco",
    ),
    "photograph": (
        "photograph", "black and white photograph", "old photograph", "historical photograph",
        "sepia portrait photograph", "daguerreotype", "calotype", "photographic print", "studio portrait", "snapshot",
    ),
    "postcard": (
        "postcard", "old postcard", "picture postcard", "back of a postcard", "postcard with stamp and postmark",
        "written correspondence card", "greeting card sent by post",
    ),
    "sculpture": (
        "sculpture", "statue", "statuette", "marble bust", "bronze figure", "stone head", "relief", "figurine",
        "Buddha statue", "carved figure", "torso",
    ),
    "specimen": (
        "specimen", "natural history specimen", "herbarium sheet", "pressed plant", "fossil", "shell", "mineral",
        "trilobite", "pinned insect", "butterfly", "taxidermy animal", "ammonite",
    ),
    "tapestry": (
        "tapestry", "woven tapestry", "wall hanging", "woven wall hanging with figures", "Gobelin",
        "pictorial weaving", "tapestry with a hunting scene",
    ),
    "textile": (
        "textile", "fabric", "woven cloth", "embroidery", "quilt", "textile fragment", "lace", "carpet", "linen",
        "patchwork", "silk", "rug",
    ),
    "toy": (
        "toy", "doll", "teddy bear", "toy car", "stuffed animal", "toy train", "plaything", "tin toy", "dolls' house",
        "game",
    ),
    "weaponry": (
        "weaponry", "weapon", "sword", "dagger", "revolver", "pistol", "rifle", "bow and arrows", "armour", "helmet",
        "shield", "spear", "axe", "cannon",
    ),
    "woodwork": (
        "woodwork", "carved wooden object", "wood carving", "wooden figure", "wooden box", "carved panel",
        "wooden spoon", "carpentry", "wooden bowl", "turned wood", "wooden mask",
    ),
}  # fmt: skip

# What is none of the concepts, where a collection's pictures come from scanners and cameras.
OUTSIDE_NAMES = (
    "printed page", "page of text", "book page", "typewritten letter", "handwritten letter", "document",
    "table of numbers", "blank page", "empty sheet", "single colour", "colour chart", "grey scale", "gradient", "noise",
    "screenshot", "web page", "bar code", "QR code", "index card",
)  # fmt: skip

# ImageNet classes whose pictures show the concept, so that it is not known from one museum's pictures alone.
KIN: Mapping[str, tuple[str, ...]] = {
    "archaeological_site": (
        "megalith", "cliff dwelling", "stone wall", "obelisk", "cliff",
    ),
    "building": (
        "church", "castle", "palace", "monastery", "mosque", "stupa", "dome", "barn", "lighthouse", "triumphal arch",
        "bell tower", "boathouse", "thatched roof", "tile roof", "greenhouse", "library", "prison", "planetarium",
        "viaduct", "suspension bridge", "through arch bridge", "patio", "vaulted or arched ceiling", "water tower",
        "yurt", "mobile home", "altar", "bakery", "restaurant", "movie theater", "fountain", "sliding door",
        "picket fence", "birdhouse",
    ),
    "ceramics": (
        "vase", "drink pitcher", "water jug", "whiskey jug", "teapot", "tea cup", "soup bowl", "plate", "coffee mug",
        "mixing bowl", "plant pot", "piggy bank", "potter's wheel", "goblet", "Dutch oven", "cauldron",
    ),
    "clothing": (
        "kimono", "gown", "suit", "cardigan", "abaya", "fur coat", "trench coat", "lab coat", "poncho", "hoop skirt",
        "sarong", "vestment", "military uniform", "cloak", "academic gown", "jeans", "T-shirt", "sweatshirt",
        "miniskirt", "overskirt", "apron", "pajamas", "swim trunks / shorts", "bikini", "one-piece bathing suit",
        "bulletproof vest", "bra", "bridegroom", "tights", "sock",
    ),
    "costume_accessories": (
        "cowboy hat", "sombrero", "poke bonnet", "purse", "wallet", "buckle", "clogs", "slip-on shoe", "sandal",
        "umbrella", "bow tie", "Windsor tie", "bolo tie", "mitten", "cowboy boot", "sneaker", "backpack",
        "messenger bag", "graduation cap", "military hat (bearskin or shako)", "sunglasses", "feather boa",
        "handkerchief", "scarf", "Christmas stocking", "shower cap", "swimming cap", "hair clip", "hair wig",
        "shoe store", "baby bib",
    ),
    "drawing": (
        "comic book",
    ),
    "furniture": (
        "folding chair", "rocking chair", "barber chair", "couch", "dining table", "desk", "wardrobe", "bookcase",
        "china cabinet", "filing cabinet", "cradle", "infant bed", "four-poster bed", "park bench", "throne",
        "chiffonier", "medicine cabinet", "entertainment center", "bassinet", "table lamp", "pool table",
        "shoji screen / room divider", "plate rack", "fire screen", "toilet seat", "lampshade", "wall clock",
    ),
    "inscription": (
        "menu", "brass memorial plaque",
    ),
    "jewellery": (
        "necklace", "hair clip", "chain", "safety pin", "digital watch", "thimble",
    ),
    "photograph": (
        "bridegroom", "baseball player", "steam locomotive", "ocean liner", "ford model t", "horse-drawn vehicle",
        "bullock cart", "lakeshore", "valley", "mountain", "pier", "stage", "barbershop", "restaurant", "airship",
        "schooner", "freight car", "tram", "tractor", "farm plow", "dock",
    ),
    "postcard": (
        "envelope",
    ),
    "sculpture": (
        "pedestal", "mask", "totem pole", "obelisk", "fountain",
    ),
    "specimen": (
        "trilobite", "chambered nautilus", "conch", "isopod", "red admiral butterfly", "ringlet butterfly",
        "monarch butterfly", "small white butterfly", "sulphur butterfly", "gossamer-winged butterfly",
        "tiger beetle", "ground beetle", "longhorn beetle", "leaf beetle", "dung beetle", "rhinoceros beetle",
        "sea urchin", "starfish", "daisy", "brain coral", "ladybug", "weevil", "fly", "bee", "ant", "grasshopper",
        "cricket insect", "stick insect", "cockroach", "praying mantis", "cicada", "leafhopper", "lacewing",
        "dragonfly", "damselfly", "scorpion", "tarantula", "snail", "slug", "chiton", "sea anemone", "sea slug",
        "sea cucumber", "jellyfish", "flatworm", "nematode", "fiddler crab", "rock crab", "crayfish", "hermit crab",
        "coral fungus", "agaric", "gyromitra", "bolete", "hen of the woods mushroom", "earth star fungus",
        "yellow lady's slipper", "rapeseed", "acorn", "rose hip", "horse chestnut seed", "corn cob", "cardoon",
        "goldfinch", "house finch", "junco", "indigo bunting", "bulbul", "jay", "magpie", "jacamar", "toucan",
        "hummingbird", "great grey owl", "triceratops", "coral reef", "honeycomb",
    ),
    "textile": (
        "velvet fabric", "wool", "quilt", "prayer rug", "bath towel", "dishcloth", "doormat", "handkerchief",
        "pillow", "front curtain", "shower curtain", "window shade", "knot", "diaper", "sleeping bag",
    ),
    "toy": (
        "teddy bear", "jigsaw puzzle", "toy store", "carousel", "balloon", "tricycle", "swing", "ping-pong ball",
        "pinwheel", "maze", "go-kart", "crossword", "race car", "abacus",
    ),
    "weaponry": (
        "revolver", "rifle", "assault rifle", "cannon", "hunting bow", "scabbard", "holster", "breastplate",
        "cuirass", "shield", "chain mail", "hatchet", "cleaver", "letter opener", "Pickelhaube", "missile", "tank",
        "half-track", "crash helmet", "football helmet",
    ),
    "woodwork": (
        "totem pole", "wooden spoon", "barrel", "storage chest", "crate", "spindle", "paddle", "ladle", "oboe",
        "bassoon", "cello", "ocarina", "pan flute", "birdhouse", "baluster / handrail", "matchstick", "block plane",
    ),
}  # fmt: skip

# ImageNet classes that are never learned, neither as rows nor as words, to measure what the text tower makes of strange
# words: five share a word with a class that is learned, five do not.
HELD_OUT = (
    "acoustic guitar", "wine bottle", "polar bear", "golf ball", "sports car",
    "harp", "lemon", "volcano", "banjo", "zebra",
)  # fmt: skip

# How captions speak of things; {} is a name.
TEMPLATES = (
    "{}", "a {}", "a photo of a {}", "a photograph of a {}", "a picture of a {}", "an image of {}",
    "{} from a museum", "a museum photograph of a {}", "a {} on a plain background", "an old {}", "an antique {}",
    "a historical {}", "a {} on display", "a photo of an old {} from a museum collection", "a scan of a {}",
    "a close-up of a {}", "a fragment of a {}", "a {} of the nineteenth century", "an ancient {}", "this is a {}",
    "a decorated {}", "detail of a {}",
)  # fmt: skip
