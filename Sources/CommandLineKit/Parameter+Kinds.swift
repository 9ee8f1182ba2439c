extension Parameter {
  /// A word known by its place; optional where its property is.
  package static func positional<V: CommandValue>(
    _ name: String, _ path: @autoclosure @escaping Place<V>, required: Bool? = nil, help: String
  ) -> Self {
    var signature = Signature(kind: .positional, names: [name], of: V.self, placeholder: name, help: help)
    signature.isRequired = required ?? !V.mayBeAbsent
    return Parameter(signature, storing: path)
  }

  /// All words left over after the positionals before it.
  package static func positionals<V: CommandValue>(
    _ name: String, _ path: @autoclosure @escaping Place<[V]>, required: Bool = false, help: String
  ) -> Self {
    var signature = Signature(kind: .positional, names: [name], of: V.self, placeholder: name, help: help)
    signature.isRequired = required
    signature.isRepeated = true
    return Parameter(signature, appending: path)
  }

  /// `--name value`; the last one wins.
  package static func option<V: CommandValue>(
    _ names: String..., to path: @autoclosure @escaping Place<V>, value: String? = nil, help: String
  ) -> Self {
    Parameter(Signature(kind: .option, names: names, of: V.self, placeholder: value, help: help), storing: path)
  }

  /// `--name value`, which may be repeated; each is kept, in order.
  package static func option<V: CommandValue>(
    _ names: String..., appendingTo path: @autoclosure @escaping Place<[V]>, value: String? = nil, help: String
  ) -> Self {
    var signature = Signature(kind: .option, names: names, of: V.self, placeholder: value, help: help)
    signature.isRepeated = true
    return Parameter(signature, appending: path)
  }

  /// `--name value` or `--name.key value`, which may be repeated; each is kept, in order.
  package static func dotted(
    _ names: String..., to path: @autoclosure @escaping Place<[DottedValue]>, value: String = "JSON", help: String
  ) -> Self {
    var signature = Signature(kind: .option, names: names, placeholder: value, help: help)
    signature.isRepeated = true
    signature.acceptsDottedSuffix = true
    return Parameter(signature) { (root: inout Root, given: Given) throws(ValueError) in
      root[keyPath: path()].append(DottedValue(path: given.suffix, value: given.word))
    }
  }

  /// `--name` alone.
  package static func flag(_ names: String..., to path: @autoclosure @escaping Place<Bool>, help: String) -> Self {
    Parameter(Signature(kind: .flag, names: names, help: help)) { (root: inout Root, _: Given) throws(ValueError) in
      root[keyPath: path()] = true
    }
  }

  /// `--name` or `--no-name`; nil while neither is given.
  package static func toggle(_ names: String..., to path: @autoclosure @escaping Place<Bool?>, help: String) -> Self {
    Parameter(Signature(kind: .toggle, names: names, help: help)) {
      (root: inout Root, given: Given) throws(ValueError) in
      root[keyPath: path()] = !(given.name.hasPrefix("--no-") && !names.contains(given.name))
    }
  }

  /// An option or toggle that another grammar reads: help, reference and shells show it, and nothing is stored.
  package static func foreign(
    _ kind: Signature.Kind, _ names: [String], value: String = "", arity: Signature.Arity = .one,
    choices: [String] = [], dotted: Bool = false, help: String
  ) -> Self {
    var signature = Signature(kind: kind, names: names, placeholder: value, help: help)
    signature.arity = arity
    signature.choices = choices
    signature.acceptsDottedSuffix = dotted
    return Parameter(signature) { (_: inout Root, _: Given) throws(ValueError) in }
  }

  /// Everything after `--`, untouched.
  package static func rest(_ name: String, to path: @autoclosure @escaping Place<[String]>, help: String) -> Self {
    var signature = Signature(kind: .rest, names: [name], placeholder: name, help: help)
    signature.isRepeated = true
    signature.completion = .files
    return Parameter(signature) { (root: inout Root, given: Given) throws(ValueError) in
      root[keyPath: path()].append(given.word)
    }
  }

  private init<V: CommandValue>(_ signature: Signature, storing path: @escaping Place<V>) {
    self.init(signature) { (root: inout Root, given: Given) throws(ValueError) in
      root[keyPath: path()] = try V(word: given.word)
    }
  }

  private init<V: CommandValue>(_ signature: Signature, appending path: @escaping Place<[V]>) {
    self.init(signature) { (root: inout Root, given: Given) throws(ValueError) in
      root[keyPath: path()].append(try V(word: given.word))
    }
  }
}

extension Signature {
  fileprivate init<V: CommandValue>(
    kind: Kind, names: [String], of value: V.Type, placeholder: String?, help: String
  ) {
    self.init(kind: kind, names: names, placeholder: placeholder ?? V.placeholder, help: help)
    choices = V.choices
    completion = V.completion
  }
}
