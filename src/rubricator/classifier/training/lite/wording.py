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

# ImageNet classes whose pictures show the concept, so that it is not known from one museum's pictures alone.
KIN: Mapping[str, tuple[str, ...]] = {
    "archaeological_site": ("megalith", "cliff dwelling"),
    "building": (
        "church", "castle", "palace", "monastery", "mosque", "stupa", "dome", "barn", "lighthouse", "triumphal arch",
    ),
    "ceramics": ("vase", "drink pitcher", "water jug", "whiskey jug", "teapot", "tea cup", "soup bowl", "plate"),
    "clothing": (
        "kimono", "gown", "suit", "cardigan", "abaya", "fur coat", "trench coat", "lab coat", "poncho", "hoop skirt",
        "sarong", "vestment", "military uniform", "cloak", "academic gown",
    ),
    "costume_accessories": (
        "cowboy hat", "sombrero", "poke bonnet", "purse", "wallet", "buckle", "clogs", "slip-on shoe", "sandal",
        "umbrella", "bow tie", "Windsor tie", "bolo tie", "mitten",
    ),
    "furniture": (
        "folding chair", "rocking chair", "barber chair", "couch", "dining table", "desk", "wardrobe", "bookcase",
        "china cabinet", "filing cabinet", "cradle", "infant bed", "four-poster bed", "park bench", "throne",
    ),
    "inscription": ("menu",),
    "jewellery": ("necklace",),
    "postcard": ("envelope",),
    "sculpture": ("pedestal", "mask"),
    "specimen": (
        "trilobite", "chambered nautilus", "conch", "isopod", "red admiral butterfly", "ringlet butterfly",
        "monarch butterfly", "small white butterfly", "sulphur butterfly", "gossamer-winged butterfly",
        "tiger beetle", "ground beetle", "longhorn beetle", "leaf beetle", "dung beetle", "rhinoceros beetle",
        "sea urchin", "starfish", "daisy", "brain coral",
    ),
    "textile": ("velvet fabric", "wool", "quilt", "prayer rug", "bath towel"),
    "toy": ("teddy bear", "jigsaw puzzle"),
    "weaponry": (
        "revolver", "rifle", "assault rifle", "cannon", "hunting bow", "scabbard", "holster", "breastplate",
        "cuirass", "shield", "chain mail",
    ),
    "woodwork": ("totem pole", "wooden spoon", "barrel", "storage chest"),
}  # fmt: skip

# How captions speak of things; {} is a name.
TEMPLATES = (
    "{}", "a {}", "a photo of a {}", "a photograph of a {}", "a picture of a {}", "an image of {}",
    "{} from a museum", "a museum photograph of a {}", "a {} on a plain background", "an old {}", "an antique {}",
    "a historical {}", "a {} on display", "a photo of an old {} from a museum collection", "a scan of a {}",
    "a close-up of a {}", "a fragment of a {}", "a {} of the nineteenth century", "an ancient {}", "this is a {}",
    "a decorated {}", "detail of a {}",
)  # fmt: skip
