extension Tool {
  /// Every command and option as a Markdown page, from the tables that parse them.
  package func reference() -> String {
    var page = "# \(name)\n\n\(summary)\n\n| command | what it does |\n| --- | --- |\n"
    for outline in outlines { page += "| [`\(outline.name)`](#\(name)-\(outline.name)) | \(cell(outline.summary)) |\n" }
    for outline in outlines {
      page += "\n## \(name) \(outline.name)\n\n\(outline.summary)\n\n```\n\(outline.usage(tool: name))\n```\n"
      if !outline.discussion.isEmpty { page += "\n\(outline.discussion)\n" }
      for section in outline.sections {
        let shown = section.signatures.filter { $0.visibility != .never }
        guard !shown.isEmpty else { continue }
        page += "\n### \(section.title)\n\n| name | what it means |\n| --- | --- |\n"
        for signature in shown { page += "| `\(cell(signature.label))` | \(cell(notes(signature))) |\n" }
      }
      guard !outline.examples.isEmpty else { continue }
      page += "\n### Examples\n"
      for example in outline.examples { page += "\n\(example.says)\n\n```\n\(example.line)\n```\n" }
    }
    return page
  }

  private func notes(_ signature: Signature) -> String {
    var text = signature.fullHelp
    if signature.kind == .option, signature.isRepeated { text += " May be repeated." }
    if signature.acceptsDottedSuffix { text += " Also by key: `\(signature.canonicalName).KEY=VALUE`." }
    return text
  }

  private func cell(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }
}
