import ModelFiles
import Plimsoll

/// A derivation as the JSON document `plimsoll.explain/1`.
struct ExplainJSON {
  var report: FitReport

  var document: JSON {
    let (plan, request) = (report.plan, report.request)
    return [
      "schema": "plimsoll.explain/1", "verdict": .string(plan.verdict.rawValue), "summary": .string(plan.summary),
      "engine": [
        "name": "vllm", "release": .string(request.release.name), "assumed": .bool(request.isReleaseAssumed),
      ],
      "model": ["id": .string(request.model.id), "architecture": .string(request.model.shape.architecture)],
      "accelerator": [
        "id": .string(plan.deployment.device.id), "count": .integer(plan.evaluation.parallelism.worldSize),
      ],
      "derivation": Self.node(plan.derivation),
      "findings": .array(
        report.findings.map {
          ["code": .string($0.code), "severity": .string($0.severity.rawValue), "message": .string($0.message)]
        }),
    ]
  }

  /// A quantity; the key of its value is `value`, and `unit` says what it counts.
  static func node(_ node: Derivation) -> JSON {
    var object = JSONObject()
    object["symbol"] = .string(node.symbol)
    object["name"] = .string(node.name)
    object["value"] = node.value.json
    object["unit"] = .string(node.value.unit)
    object["formula"] = .optional(node.formula)
    object["numbers"] = .optional(node.numbers(grouped: false))
    object["basis"] = .optional(node.estimate?.basis.rawValue)
    object["low_bytes"] = .optional(node.estimate?.low.count)
    object["high_bytes"] = .optional(node.estimate?.high.count)
    object["source"] = source(node.source)
    object["note"] = .optional(node.note)
    object["children"] = .array(node.children.map(Self.node))
    return .object(object)
  }

  private static func source(_ source: Derivation.Source?) -> JSON {
    guard let source else { return .null }
    let space = source.place.firstIndex(of: " ")
    let function = space.map { String(source.place[source.place.index(after: $0)...]) }
    return [
      "file": .string(String(source.place[..<(space ?? source.place.endIndex)])), "function": .optional(function),
      "release": .string(source.release),
    ]
  }
}
