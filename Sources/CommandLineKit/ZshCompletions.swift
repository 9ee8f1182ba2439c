extension Tool {
  /// A script for zsh's `_arguments`, to be autoloaded from `fpath` or sourced.
  func zshCompletions(_ outlines: [Outline]) -> String {
    let verbs = outlines.map { shellQuoted("\(escaped($0.name, ":\\")):\($0.summary)") }
    var script = """
      #compdef \(name)
      _\(identifier)() {
        local curcontext="$curcontext" state line
        if (( CURRENT == 2 )); then
          local -a verbs
          verbs=(
            \(verbs.joined(separator: "\n      "))
          )
          _describe command verbs
          return
        fi
        local verb=$words[2]
        shift words
        (( CURRENT-- ))
        case $verb in

      """
    for outline in outlines {
      var specs: [String] = []
      for option in outline.offered { specs += option.spellings.map { zshOption(option, $0) } }
      specs.append("--help[Show the page of this command.]")
      for positional in outline.positionals {
        let head = positional.isRepeated ? "*:" : ":"
        specs.append(head + escaped(positional.names[0], ":\\") + action(positional))
      }
      if outline.signatures.contains(where: { $0.kind == .rest }) { specs.append("*::command:_files") }
      script += "    \(shellQuoted(outline.name)))\n      _arguments \\\n"
      script += specs.map { "        " + shellQuoted($0) }.joined(separator: " \\\n") + "\n      ;;\n"
    }
    return script + """
        esac
      }
      if [[ ${funcstack[1]} == _\(identifier) ]]; then
        _\(identifier) "$@"
      else
        compdef _\(identifier) \(shellQuoted(name))
      fi

      """
  }

  private func zshOption(_ option: Signature, _ name: String) -> String {
    let head = option.isRepeated ? "*\(name)" : name
    let help = "[\(escaped(option.help, "[]\\:"))]"
    guard option.takesValue else { return head + help }
    let colon: String
    if case .optional = option.arity { colon = "::" } else { colon = ":" }
    // `=`: the value may follow it or be the next word.
    return "\(head)=\(help)\(colon)\(escaped(option.placeholder, ":\\"))\(action(option))"
  }

  private func action(_ signature: Signature) -> String {
    if let words = signature.offeredWords {
      return ":(" + words.map { escaped($0, ":\\'\"`$(){}[]<>|&;#*?~ ") }.joined(separator: " ") + ")"
    }
    return signature.offersFiles || signature.kind == .positional ? ":_files" : ": "
  }

  private func escaped(_ text: String, _ special: String) -> String {
    text.map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
