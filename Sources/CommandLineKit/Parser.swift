/// Reads words by a table of parameters.
package struct Parser<Root> {
  private let options: [Parameter<Root>]
  private let positionals: [Parameter<Root>]
  private let rest: Parameter<Root>?
  /// Whether the beginning of one long name only stands for it, as Python's argparse has it.
  package var allowsAbbreviations = false

  package init(_ sections: [Section<Root>], allowsAbbreviations: Bool = false) {
    var (options, positionals, rest) = ([Parameter<Root>](), [Parameter<Root>](), Parameter<Root>?.none)
    for section in sections {
      for parameter in section.parameters {
        switch parameter.signature.kind {
        case .positional: positionals.append(parameter)
        case .rest: rest = rest ?? parameter
        case .option, .flag, .toggle: options.append(parameter)
        }
      }
    }
    (self.options, self.positionals, self.rest) = (options, positionals, rest)
    self.allowsAbbreviations = allowsAbbreviations
  }

  /// Every option's spellings, `--no-` forms included.
  package var spellings: [String] {
    var spellings: [String] = []
    for option in options { spellings += option.signature.spellings }
    return spellings
  }

  /// Fills `root` from the words. Only a value that is missing, unwanted or not of its type throws; options and
  /// words that nothing declares are listed in the answer.
  package func parse(_ words: [String], into root: Root) throws(UsageError) -> Parsed<Root> {
    var result = Parsed(value: root)
    var words = words[...]
    var places = positionals[...]
    while let word = words.popFirst() {
      if word == "--" {
        guard let rest else { break }
        for word in words { try store(rest, Given(name: rest.signature.canonicalName, word: word), in: &result) }
        words = []
      } else if looksLikeOption(word) {
        try option(word, &words, mayTakeNext: places.isEmpty, in: &result)
      } else {
        try place(word, &places, in: &result)
      }
    }
    // After `--`, where nothing collects the rest, every word is a positional.
    for word in words { try place(word, &places, in: &result) }
    result.missing = places.filter { $0.signature.isRequired && !result.has($0) }.map { $0.signature.names[0] }
    return result
  }

  /// Puts a value that was said elsewhere, in a file or a variable, where the same words would put it; false where
  /// nothing declares its name. Places are named as help names them.
  package func store(_ given: Given, in root: inout Root) throws(ValueError) -> Bool {
    func declares(_ parameter: Parameter<Root>) -> Bool { parameter.signature.spelling(of: given.name) != nil }
    guard let parameter = options.first(where: declares) ?? positionals.first(where: declares) else { return false }
    try parameter.store(&root, given)
    return true
  }

  private func place(
    _ word: String, _ places: inout ArraySlice<Parameter<Root>>, in result: inout Parsed<Root>
  ) throws(UsageError) {
    guard let place = places.first else { return result.extra.append(word) }
    if !place.signature.isRepeated { places.removeFirst() }
    try store(place, Given(name: place.signature.canonicalName, word: word), in: &result)
  }

  private func option(
    _ word: String, _ words: inout ArraySlice<String>, mayTakeNext: Bool, in result: inout Parsed<Root>
  ) throws(UsageError) {
    let typed = TypedOption(word)
    guard let match = try match(typed, word) else {
      var value = typed.value
      if value == nil, mayTakeNext, let next = words.first, !looksLikeOption(next) { value = words.popFirst() }
      let near = nearest(to: typed.name, among: spellings)
      return result.unknown.append(UnknownOption(name: typed.written, value: value, suggestions: near))
    }
    let signature = match.parameter.signature
    let name = match.suffix.map { "\(match.name).\($0)" } ?? match.name
    func keep(_ word: String) throws(UsageError) {
      try store(match.parameter, Given(name: match.name, suffix: match.suffix, word: word), in: &result)
    }
    guard signature.takesValue else {
      if let value = match.value { throw .unexpectedValue(name, value) }
      return try keep("")
    }
    if let value = match.value { return try keep(value) }
    guard let next = words.first, !looksLikeOption(next) else {
      guard case .optional(let bare) = signature.arity, match.suffix == nil else {
        throw .missingValue(name, signature)
      }
      return try keep(bare)
    }
    words.removeFirst()
    try keep(next)
    while signature.arity == .many, let next = words.first, !looksLikeOption(next) {
      words.removeFirst()
      try keep(next)
    }
  }

  private func store(
    _ parameter: Parameter<Root>, _ given: Given, in result: inout Parsed<Root>
  ) throws(UsageError) {
    let name = given.suffix.map { "\(given.name).\($0)" } ?? given.name
    do { try parameter.store(&result.value, given) } catch { throw .badValue(name, error) }
    result.given.append(given)
  }
}

extension Parser {
  private struct Match {
    var parameter: Parameter<Root>
    var name: String
    var suffix: String?
    var value: String?
  }

  private func match(_ typed: TypedOption, _ word: String) throws(UsageError) -> Match? {
    for option in options {
      if let name = option.signature.spelling(of: typed.name) {
        return Match(parameter: option, name: name, suffix: nil, value: typed.value)
      }
      if let base = typed.base, option.signature.acceptsDottedSuffix, option.signature.names.contains(base) {
        return Match(parameter: option, name: base, suffix: typed.suffix, value: typed.value)
      }
    }
    // `-O2`: a value written against a one-letter name.
    if !word.hasPrefix("--") {
      let letter = String(word.prefix(2))
      if let option = options.first(where: { $0.signature.takesValue && $0.signature.names.contains(letter) }) {
        return Match(parameter: option, name: letter, suffix: nil, value: String(word.dropFirst(2)))
      }
    }
    guard allowsAbbreviations, typed.name.hasPrefix("--"), typed.name.utf8.count > 2 else { return nil }
    var found: [Match] = []
    for option in options {
      guard let name = option.signature.spellings.first(where: { $0.hasPrefix(typed.name) }) else { continue }
      found.append(Match(parameter: option, name: name, suffix: nil, value: typed.value))
    }
    if found.count > 1 { throw .ambiguousOption(typed.name, found.prefix(5).map(\.name)) }
    return found.first
  }
}

extension Parsed {
  fileprivate func has(_ parameter: Parameter<Root>) -> Bool {
    given.contains { $0.name == parameter.signature.canonicalName }
  }
}
