"""Pictures that the training draws itself: of concepts that few collections show, and of none of the concepts."""
