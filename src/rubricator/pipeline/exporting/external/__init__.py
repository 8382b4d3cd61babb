"""EDM external, as providers send it to Europeana: harvested records again, with what is published of their items."""
