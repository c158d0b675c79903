"""Pages of docs/ that are made of what real clients print: `resets` and `clients` here write them."""
