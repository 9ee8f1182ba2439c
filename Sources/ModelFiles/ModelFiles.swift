package enum ModelFiles {}
