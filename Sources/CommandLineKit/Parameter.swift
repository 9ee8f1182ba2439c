/// One thing a command accepts, tied to the stored property that receives it.
package struct Parameter<Root> {
  /// The property that receives a value, asked for when a word is stored: a key path takes longer to make than the
  /// words of a line to read, and most options are not given.
  package typealias Place<V> = () -> WritableKeyPath<Root, V>

  package var signature: Signature
  let store: (inout Root, Given) throws(ValueError) -> Void

  init(_ signature: Signature, store: @escaping (inout Root, Given) throws(ValueError) -> Void) {
    self.signature = signature
    self.store = store
  }
}

/// One parameter as it was typed.
package struct Given: Sendable, Equatable {
  /// The declared spelling that matched, such as `--tensor-parallel-size`, `-tp` or `--no-async`.
  package var name: String
  /// What follows the first dot of a dotted name.
  package var suffix: String?
  /// The value; empty for a flag.
  package var word: String

  package init(name: String, suffix: String? = nil, word: String) {
    self.name = name
    self.suffix = suffix
    self.word = word
  }
}

/// A value given whole (`path` is nil) or by key, as `--config.a.b=1` gives `1` at `a.b`.
package struct DottedValue: Sendable, Equatable {
  package var path: String?
  package var value: String
  package init(path: String?, value: String) {
    self.path = path
    self.value = value
  }
}

extension Parameter {
  /// The same parameter, for a value held inside a larger one.
  package func inside<Outer>(_ path: @autoclosure @escaping Parameter<Outer>.Place<Root>) -> Parameter<Outer> {
    let store = self.store
    return Parameter<Outer>(signature) { (outer: inout Outer, given: Given) throws(ValueError) in
      try store(&outer[keyPath: path()], given)
    }
  }

  /// The same parameter, shown by `--help` and not by `-h`.
  package func hidden() -> Self { with { $0.visibility = .longHelp } }

  /// The same parameter, accepted and shown nowhere.
  package func unlisted() -> Self { with { $0.visibility = .never } }

  /// The same parameter; shells offer these words, computed when the completion script is made.
  package func completing(_ words: @escaping () -> [String]) -> Self { with { $0.completion = .words(words) } }

  /// The same option with another number of words after its name.
  package func taking(_ arity: Signature.Arity) -> Self { with { $0.arity = arity } }

  private func with(_ change: (inout Signature) -> Void) -> Self {
    var signature = self.signature
    change(&signature)
    return Parameter(signature, store: store)
  }
}
