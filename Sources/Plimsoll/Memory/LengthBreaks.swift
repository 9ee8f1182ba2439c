extension ModelShape {
  /// Lengths beyond which a term is smaller than at them: a sparse kernel unpacks fewer requests at once
  /// (``AttentionBuffers/Sparse``).
  var lengthBreaks: [Int] { sparseAttention == nil ? [] : [ProfileRule.longestUsual] }
}
