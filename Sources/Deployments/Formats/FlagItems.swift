/// The arguments of `vllm serve` as items of a YAML list, each flag below what there is to say of it.
enum FlagItems {
  /// - Parameters:
  ///   - more: Words behind those of the flags, as they are to be read by the format itself.
  ///   - scalar: How the format writes a text.
  static func lines(
    _ spec: DeploymentSpec, indent: Int, more: [String] = [], scalar: (String) -> String
  ) -> [String] {
    let blanks = String(repeating: " ", count: indent)
    var lines = [blanks + "- " + scalar(spec.containerModel)]
    for flag in spec.flags {
      if let comment = flag.comment { lines += CommentLines.of(comment, indent: indent) }
      lines += flag.items.map { blanks + "- " + scalar($0) }
    }
    return lines + more.map { blanks + "- " + YAMLText.scalar($0) }
  }
}
