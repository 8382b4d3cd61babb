"""From labelled pictures to a head, or a model, that enrich, evaluate and others can use."""
