package enum Catalog {}
