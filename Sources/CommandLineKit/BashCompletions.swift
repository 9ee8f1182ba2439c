extension Tool {
  /// A script for bash 3.2 and later.
  ///
  /// Words are compared and never expanded (`compgen -W` would evaluate them), and quoted again as they are offered.
  func bashCompletions(_ outlines: [Outline]) -> String {
    let verbs = (outlines.map(\.name) + ["--help", "--version"]).map(shellQuoted).joined(separator: " ")
    var script = """
      # bash completion of \(name)
      _\(identifier)_offer() {
        local cur=$1 word
        shift
        for word in "$@"; do
          if [[ $word == "$cur"* ]]; then
            [[ $word == *[!a-zA-Z0-9_./:=,+@%-]* ]] && printf -v word '%q' "$word"
            COMPREPLY+=("$word")
          fi
        done
      }
      _\(identifier)_files() {
        local word
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$1")
      }
      _\(identifier)() {
        local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} i
        COMPREPLY=()
        # bash makes a word of the = in --name=value.
        if [[ $cur == = ]]; then
          cur=
        elif [[ $prev == = ]]; then
          prev=${COMP_WORDS[COMP_CWORD-2]}
        fi
        if ((COMP_CWORD == 1)); then
          _\(identifier)_offer "$cur" \(verbs)
          return
        fi
        for ((i = 2; i < COMP_CWORD; i++)); do
          if [[ ${COMP_WORDS[i]} == -- ]]; then
            _\(identifier)_files "$cur"
            return
          fi
        done
        case ${COMP_WORDS[1]} in

      """
    for outline in outlines { script += bashBranch(outline) }
    return script + "  esac\n}\ncomplete -F _\(identifier) \(shellQuoted(name))\n"
  }

  private func bashBranch(_ outline: Outline) -> String {
    func offer(_ words: [String]) -> String {
      "_\(identifier)_offer \"$cur\" " + words.map(shellQuoted).joined(separator: " ")
    }
    var branch = "    \(shellQuoted(outline.name)))\n"
    let options = outline.offered
    let withValue = options.filter(\.takesValue)
    if !withValue.isEmpty { branch += "      case $prev in\n" }
    for option in withValue {
      let value = option.offeredWords.map(offer) ?? (option.offersFiles ? "_\(identifier)_files \"$cur\"" : ":")
      branch += "        \(option.names.map(shellQuoted).joined(separator: "|"))) \(value); return ;;\n"
    }
    if !withValue.isEmpty { branch += "      esac\n" }
    branch += "      if [[ $cur == -* ]]; then\n"
    branch += "        \(offer(options.flatMap(\.spellings) + ["--help"]))\n      else\n"
    let words = outline.positionals.compactMap(\.offeredWords).flatMap { $0 }
    if !words.isEmpty { branch += "        \(offer(words))\n" }
    if outline.positionals.contains(where: { $0.offersFiles || $0.offeredWords == nil }) {
      branch += "        _\(identifier)_files \"$cur\"\n"
    } else if words.isEmpty {
      branch += "        :\n"
    }
    return branch + "      fi\n      ;;\n"
  }
}
