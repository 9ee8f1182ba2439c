import CommandLineKit
import ModelFiles
import Plimsoll

/// What `calibrate` says: what a start showed beside its plan, and what is kept.
struct CalibrationReport {
  var store: CalibrationStore
  var isJSON: Bool

  func write(
    _ taken: [StartInput], _ brought: [CalibrationRecord], _ failures: [any CommandFailure], _ context: inout Context
  ) {
    for failure in failures { context.err.line("plimsoll: " + failure.sentence) }
    for start in taken { if let doubt = start.doubt { context.err.line("warning: " + doubt) } }
    if isJSON {
      let records = taken.map { start -> JSON in
        guard case .object(var object) = start.record.document else { return .null }
        object["terms"] = .array(start.terms.map(\.document))
        return .object(object)
      }
      document(records + brought.map(\.document), failures.map { .string($0.message) }, &context)
      return
    }
    for start in taken {
      context.out.line(headline(start.record, on: context.terminal))
      let rows = start.terms.map { [$0.name, $0.text($0.predicted), $0.text($0.printed), $0.difference] }
      let columns: [Table.Column] = [
        .init(""), .init("predicted", .right), .init("printed", .right), .init("off by", .right),
      ]
      for line in Table(columns, rows: rows).lines(on: context.terminal, indent: 2) { context.out.line(line) }
    }
    for record in brought { context.out.line(headline(record, on: context.terminal)) }
    let count = taken.count + brought.count
    context.out.line("kept \(count) record\(count == 1 ? "" : "s") in \(store.folder)")
  }

  /// The records that are kept, for a person or for another site.
  func list(exports: Bool, _ context: inout Context) throws -> Int32 {
    let (entries, broken) = try stored()
    for line in broken { context.err.line("plimsoll: " + line) }
    if exports || isJSON {
      document(entries.map(\.record.document), broken.map { .string($0) }, &context)
      return 0
    }
    if entries.isEmpty {
      context.out.line("no record is kept in \(store.folder)")
      return 0
    }
    let rows = entries.map { entry -> [String] in
      let record = entry.record
      let cache = record.printed.kvCache.map { $0.gibText } ?? record.printed.tokens.map { "\($0) tokens" } ?? ""
      return [record.id, record.host ?? "", record.gpu, record.release.name, record.model, cache, record.log]
    }
    let columns = ["id", "host", "GPU", "vLLM", "model", "KV cache", "log"].map { Table.Column($0) }
    for line in Table(columns, rows: rows).lines(on: context.terminal) { context.out.line(line) }
    return 0
  }

  /// Takes records away by their ids, or by how these begin.
  func remove(_ ids: [String], _ context: inout Context) throws -> Int32 {
    let (entries, _) = try stored()
    var gone: [CalibrationStore.Entry] = []
    for id in ids {
      let found = entries.filter { !id.isEmpty && $0.record.id.hasPrefix(id) }
      guard let first = found.first, found.allSatisfy({ $0.record.id == first.record.id }) else {
        throw InputFailure(
          code: "unknown-record",
          message: found.isEmpty
            ? "no record '\(id)' is kept in \(store.folder); --list shows those that are"
            : "'\(id)' is the beginning of \(found.count) records")
      }
      gone += found
    }
    for entry in gone { FileWriter.remove(entry.path) }
    // A copy under another name is the same record.
    gone = gone.enumerated().filter { place, entry in
      !gone[..<place].contains { $0.record.id == entry.record.id }
    }.map(\.element)
    if isJSON {
      document(gone.map(\.record.document), [], &context)
    } else {
      for entry in gone { context.out.line("removed " + headline(entry.record, on: context.terminal)) }
    }
    return 0
  }

  private func stored() throws(InputFailure) -> (entries: [CalibrationStore.Entry], broken: [String]) {
    do throws(FileError) { return try store.read() } catch {
      throw InputFailure(code: "unreadable-store", message: error.message)
    }
  }

  private func document(_ records: [JSON], _ skipped: [JSON], _ context: inout Context) {
    let whole: JSON = [
      "schema": .string(CalibrationRecord.schema), "store": .string(store.folder), "records": .array(records),
      "skipped": .array(skipped),
    ]
    context.out.line(whole.serialized(pretty: true))
  }

  private func headline(_ record: CalibrationRecord, on terminal: Terminal) -> String {
    let host = record.host.map { [$0] } ?? []
    let parts = [terminal.paint(record.id, .bold), record.model, record.gpu, "vLLM \(record.release.name)"] + host
    return (parts + [record.log]).joined(separator: terminal.unicode ? " · " : " - ")
  }
}

/// A quantity of a start as its plan had it and as the log has it.
struct MeasuredTerm {
  var name: String
  var key: String
  var predicted: Double
  var printed: Double
  var isSize = true

  func text(_ value: Double) -> String { isSize ? value.fixed(2) + " GiB" : Int(value).grouped }

  var difference: String {
    let off = printed - predicted
    let sign = off < 0 ? "" : "+"
    return isSize ? sign + off.fixed(2) + " GiB" : sign + (predicted > 0 ? off / predicted * 100 : 0).fixed(2) + " %"
  }

  var document: JSON {
    func figure(_ value: Double) -> JSON { .integer(isSize ? Bytes(gib: value).count : Int(value)) }
    return [
      "quantity": .string(isSize ? key + "_bytes" : key), "predicted": figure(predicted), "printed": figure(printed),
    ]
  }
}

extension StartInput {
  /// What stands against the record, where the memory or the cache is so far from the plan's that it is another
  /// deployment's.
  fileprivate var doubt: String? {
    let ask =
      " on \(record.gpu): are GPU, utilization and flags those of the log? 'plimsoll calibrate --remove \(record.id)' "
      + "takes the record away"
    if let seen = record.printed.total, let known = deployment.total, (seen - known).gib.magnitude > known.gib / 10 {
      return "\(record.log) prints \(seen.gibText) as the memory of its GPU, where CUDA reports \(known.gibText)" + ask
    }
    guard let cache = terms.first(where: { $0.key == "kv_cache" }) else { return nil }
    let gap = (cache.printed - cache.predicted).magnitude
    // Half of the cache, and more than any estimate of the terms beside it is off by.
    guard gap > 8, gap > max(cache.printed, cache.predicted) / 2 else { return nil }
    return "\(record.log) prints \(cache.text(cache.printed)) of KV cache, where its flags leave "
      + cache.text(cache.predicted) + ask
  }

  /// Each figure that the log has beside the plan's.
  var terms: [MeasuredTerm] {
    var deployment = deployment
    if let total = record.printed.total { deployment.totalMemory = total }
    let evaluation = deployment.evaluate(checksRules: false)
    guard !evaluation.stages.isEmpty else { return [] }
    let stage = evaluation.stages[evaluation.limitingStage]
    let printed = record.printed
    let consumed = stage.loaded.best + stage.persistentBuffers.best + stage.nonTorch.best
    let rows: [(String, String, Bytes, Bytes?)] = [
      ("weights", "weights", stage.loaded.best, printed.weights),
      (
        "activation", "activation", stage.printedPeak(deployment.release.budget).best, printed.activation
      ),
      ("outside PyTorch", "non_torch", stage.nonTorch.best, printed.nonTorch),
      ("weights and buffers", "consumed", consumed, printed.consumed),
      ("CUDA graphs, estimated", "estimated_graphs", stage.cudaGraphs.best, printed.estimatedGraphs),
      ("CUDA graphs", "graphs", stage.cudaGraphs.best, printed.graphs),
      ("KV cache", "kv_cache", stage.kvCache.best, printed.kvCache),
    ]
    var terms = rows.compactMap { name, key, predicted, seen in
      seen.map { MeasuredTerm(name: name, key: key, predicted: predicted.gib, printed: $0.gib) }
    }
    if let tokens = printed.tokens, let predicted = evaluation.tokens {
      terms.append(
        MeasuredTerm(
          name: "KV tokens", key: "kv_tokens", predicted: Double(predicted), printed: Double(tokens), isSize: false))
    }
    return terms
  }
}
