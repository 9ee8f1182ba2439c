import Foundation
import Plimsoll

/// `docs/accuracy.md`, made from the starts.
struct AccuracyPage {
  var seen: [Outcome]
  /// The same starts, each with coefficients that its source had no part in.
  var unseen: [Outcome]
  /// Starts of other sources, which no coefficient is fitted on.
  var aside: [Outcome]
  var coefficients: [MeasuredTermsFile.Coefficient]

  /// Starts that miss by more than 3 %, with what is known of why.
  static let explained: [String: String] = [
    "D03": "the first of two stages holds half a GiB more than is known, as in no other start of a pipeline",
    "L024": "a first start: the compiler's own peak shows; L023 is the same command on the same machine minutes later",
    "L036": "the checkpoint's folder says that it pools, its config.json does not",
    "L051": "sleep mode: memory that its allocator holds is counted as freed",
    "L081": "unified memory: what the host takes meanwhile counts",
    "L070": "a card of 0.12 GiB more, and a pool of 1.92 GiB: 0.1 GiB is 5 % of it",
    "L080": "more is left than the printed weights and the card's total allow",
    "L017": "T4 cards have 14.56 or 14.74 GiB; the median is the larger",
    "L098": "unified memory: two starts of this shape differ by 3.4 GiB",
    "L099": "as L098",
    "L112": "unified memory",
    "L118": "the card has 22.16 GiB, most of its kind 22.00",
    "L122": "FlashInfer was installed and sampled, which nothing in the command says",
    "L126": "as L122",
  ]

  var text: String {
    """
    # Accuracy

    What plimsoll predicts from model, GPU, release and flags alone, against what vLLM printed when it started. The starts are
    from public logs, restated in [starts.tsv](../Tests/CalibrationTests/Fixtures/starts.tsv) with their sources; figures of one
    term alone are in [observations.tsv](../Tests/CalibrationTests/Fixtures/observations.tsv). Every coefficient and every interval
    of [measured-terms.json](../Presets/engines/measured-terms.json) is worked out from them by
    [Fit](../Tests/CalibrationTests/Fit), but for what is called analytic (read in the engine) or a margin (no start shows it
    alone). This page is made by [AccuracyTests](../Tests/CalibrationTests/AccuracyTests.swift).

    **Seen** is with the coefficients as they are, on the starts that they were fitted on. **Unseen** is the same start with all
    coefficients fitted again without any start of its source. None is of 0.33.

    | quantity | starts | seen: median | 9 in 10 below | bias | unseen: median | 9 in 10 below | inside 90 % |
    | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
    \(lines(quantities.map { row($0, $1) }))

    The only published figures of the kind are a planner's own, for 29 starts of 0.19 on H100 80GB that it was calibrated on:
    KV memory 1.2 % at the median and 0.82 GiB on average, tokens within 5 % on 23 of 29. Here KV memory is off by
    \(gib(ownErrors.map { abs($0.predicted - $0.printed) }.mean)) GiB on average (unseen, unified memory left out), and tokens are
    within 5 % on \(tokensNear) of \(tokens.count).

    \(asideText)
    ## KV memory by release, GPU and model

    Unseen; unified memory is in the second table only.

    \(table("releases", Self.spans.map(\.0)) { result in
      guard result.start.gpu != "gb10" else { return nil }
      return Self.spans.first { !result.start.isBefore($0.1) && result.start.isBefore($0.2) }?.0
    })

    \(table("GPUs in tensor parallel, by compute capability", Set(unseen.map(\.machine)).sorted()) { $0.machine })

    \(table("model", Set(unseen.map(\.family)).sorted()) { $0.start.gpu == "gb10" ? nil : $0.family })

    ## What misses by more than 3 %

    | start | model | GPU | release | predicted | printed | error | why |
    | --- | --- | --- | --- | ---: | ---: | ---: | --- |
    \(lines(misses))

    ## Coefficients

    Best value and interval; a source that has many starts counts once. With few sources an interval is wide on purpose: four more
    are assumed that lie 30 % off for amounts, by a factor of 1.5 for graphs, 10 % off for the peak.

    | coefficient | through | low | best | high | 99 % | unit | basis | sources | deviation |
    | --- | --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: |
    \(lines(coefficients.flatMap(self.rows)))

    """
  }

  private static let spans = [
    ("0.9 to 0.11", "0.9.0", "0.12.0"), ("0.12 to 0.16", "0.12.0", "0.17.0"), ("0.17 to 0.20", "0.17.0", "0.21.0"),
    ("0.21 to 0.32", "0.21.0", "0.33.0"),
  ]

  typealias Quantities = ([Outcome]) -> [Outcome.Quantity]

  var quantities: [(String, Quantities)] {
    [
      ("weights as loaded", { $0.compactMap(\.weights) }), ("activation", { $0.compactMap(\.activation) }),
      ("memory outside PyTorch", { $0.compactMap(\.nonTorch) }), ("CUDA graphs", { $0.compactMap(\.graphs) }),
      ("KV memory", { Self.pools($0).compactMap(\.kvCache) }),
      ("KV memory, unified memory left out", { Self.own($0).compactMap(\.kvCache) }),
      ("KV tokens", { $0.compactMap(\.tokens) }),
    ]
  }

  static func pools(_ results: [Outcome]) -> [Outcome] { results.filter(\.hasPool) }
  private static func own(_ results: [Outcome]) -> [Outcome] { pools(results).filter { $0.start.gpu != "gb10" } }
  private var ownErrors: [Outcome.Quantity] { Self.own(unseen).compactMap(\.kvCache) }
  private var tokens: [Outcome.Quantity] { unseen.compactMap(\.tokens) }
  private var tokensNear: Int { tokens.filter { abs($0.error) <= 0.05 }.count }

  private func row(_ name: String, _ quantities: Quantities) -> String {
    let (fitted, left) = (quantities(seen), quantities(unseen))
    let (sizes, leftSizes) = (fitted.map { abs($0.error) }, left.map { abs($0.error) })
    let inside = name == "KV tokens" ? "" : "\(left.filter(\.isInside).count) of \(left.count)"
    return "| \(name) | \(fitted.count) | \(percent(sizes.median)) | \(percent(sizes.quantile(0.9))) | "
      + "\(percent(fitted.map(\.error).mean)) | \(percent(leftSizes.median)) | \(percent(leftSizes.quantile(0.9))) | "
      + "\(inside) |"
  }

  private func table(_ title: String, _ groups: [String], _ group: (Outcome) -> String?) -> String {
    let rows = groups.compactMap { name -> String? in
      let errors = Self.pools(unseen).filter { group($0) == name }.compactMap(\.kvCache?.error)
      guard let most = errors.map(abs).max() else { return nil }
      return "| \(name) | \(errors.count) | \(percent(errors.map(abs).median)) | \(percent(most)) | "
        + "\(percent(errors.median)) |"
    }
    return """
      | \(title) | starts | median error | largest | median with its sign |
      | --- | ---: | ---: | ---: | ---: |
      \(lines(rows))
      """
  }

  private var misses: [String] { misses(seen, Self.explained) }

  func misses(_ results: [Outcome], _ explained: [String: String]) -> [String] {
    Self.pools(results).filter { abs($0.kvCache?.error ?? 0) > 0.03 }
      .sorted { abs($0.kvCache?.error ?? 0) > abs($1.kvCache?.error ?? 0) }
      .compactMap { result in
        guard let pool = result.kvCache else { return nil }
        let start = result.start
        return "| \(start.id) | \(start.model) | \(start.gpu ?? "") | \(start.release) | \(gib(pool.predicted)) | "
          + "\(gib(pool.printed)) | \(percent(pool.error)) | \(explained[start.id] ?? "not explained") |"
      }
  }

  private func rows(_ coefficient: MeasuredTermsFile.Coefficient) -> [String] {
    coefficient.values.map { value in
      let ends = [value.low, value.best, value.high, value.worst].map { $0.map(String.init) ?? "" }
      let deviation = value.residual.map { "\($0) %" } ?? ""
      return
        "| `\(coefficient.name)` | \(value.through ?? "") | \(ends.joined(separator: " | ")) | \(coefficient.unit) | "
        + "\(value.basis) | \(value.sources.map(String.init) ?? "") | \(deviation) |"
    }
  }

  func lines(_ rows: [String]) -> String { rows.joined(separator: "\n") }
  func percent(_ value: Double) -> String { String(format: "%.2f %%", value * 100) }
  func gib(_ value: Double) -> String { String(format: "%.2f", value) }
}
