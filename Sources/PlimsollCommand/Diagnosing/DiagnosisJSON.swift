import EngineLogs
import ModelFiles
import Plimsoll

/// A diagnosis as the JSON document `plimsoll.diagnose/1`.
struct DiagnosisJSON {
  var diagnosis: Diagnosis

  var document: JSON {
    let root = diagnosis.root
    return [
      "schema": "plimsoll.diagnose/1", "verdict": .string(diagnosis.verdict.rawValue),
      "id": .optional(diagnosis.row?.signature.id), "stage": .optional(diagnosis.row?.stage),
      "load": .optional(diagnosis.load?.rawValue), "summary": .string(diagnosis.summary),
      "cause": .optional(diagnosis.row?.cause),
      "evidence": (diagnosis.unknownError ?? root).map(evidence) ?? .null,
      "captures": root.map(captures) ?? .null,
      "releases": diagnosis.row.map { ["since": .optional($0.since), "until": .optional($0.until)] } ?? .null,
      "remedies": .array(diagnosis.remedies.map(remedy)),
      "also": .array(diagnosis.others.map(also)),
      "earlier_starts": .array(diagnosis.earlier.compactMap { $0.root.map(also) }),
      "log": log, "plan": plan,
    ]
  }

  private func evidence(_ match: LogMatch) -> JSON {
    ["line": .integer(match.line), "role": .optional(match.role), "text": .string(match.text)]
  }

  private func captures(_ match: LogMatch) -> JSON {
    var object = JSONObject()
    for capture in match.captures {
      object[capture.name] =
        Int(capture.text).map { .integer($0) } ?? capture.number.map { .number($0) }
        ?? .string(capture.text)
    }
    return .object(object)
  }

  private func remedy(_ advice: Diagnosis.Advice) -> JSON {
    let remedy = advice.remedy
    let words: [JSON] = remedy.flag.map { [.string($0)] + (advice.value.map { [.string($0)] } ?? []) } ?? []
    return [
      "flag": .optional(remedy.flag), "direction": .optional(remedy.direction), "value": .optional(advice.value),
      "argv": advice.value == nil && remedy.direction != "add" ? .null : .array(words),
      "environment": .optional(remedy.environment), "worked_out": .bool(advice.isWorkedOut),
      "planned": .optional(advice.planned?.rawValue),
      "text": .string(remedy.text),
    ]
  }

  private func also(_ match: LogMatch) -> JSON {
    [
      "id": .string(diagnosis.table.rows[match.signature].signature.id), "severity": .string(match.severity.rawValue),
      "line": .integer(match.line), "text": .string(match.text),
    ]
  }

  private var log: JSON {
    let report = diagnosis.report
    var figures = JSONObject()
    for figure in LogFigure.allCases {
      guard let value = report[figure] else { continue }
      if figure.isSize {
        figures[figure.rawValue + "_bytes"] = .integer(Int(value * 1_073_741_824))
      } else {
        figures[figure.rawValue] = value == value.rounded() ? .integer(Int(value)) : .number(value)
      }
    }
    var arguments = JSONObject()
    for argument in report.arguments where !argument.isSecret { arguments[argument.name] = .string(argument.value) }
    return [
      "release": .optional(report.release), "state": .string(report.state.rawValue),
      "roles": .array(report.roles.sorted().map { .string($0) }), "arguments": .object(arguments),
      "figures": .object(figures), "engine": .optional(diagnosis.report.otherEngine),
    ]
  }

  private var plan: JSON {
    guard let plan = diagnosis.plan.measured else { return ["reason": .optional(diagnosis.plan.reason)] }
    let gpu = diagnosis.plan.accelerator.map { gpu -> JSON in
      ["id": .string(gpu.id), "source": .string(gpu.source.rawValue), "note": .optional(gpu.note)]
    }
    let isContradicted = diagnosis.isPlanContradicted
    let remedies = (isContradicted ? [] : plan.findings).flatMap(\.remedies).map { remedy -> JSON in
      ["argv": .array(remedy.arguments.map { .string($0) }), "tokens": .optional(remedy.tokens)]
    }
    let compared = diagnosis.plan.comparisons(diagnosis.report).map { row -> JSON in
      func figure(_ value: Double) -> JSON { row.isSize ? .integer(Int(value * 1_073_741_824)) : .number(value) }
      return [
        "quantity": .string(row.isSize ? row.name + "_bytes" : row.name), "predicted": figure(row.predicted),
        "low": figure(row.low), "high": figure(row.high), "observed": figure(row.observed),
        "inside": .bool(row.isInside),
      ]
    }
    return [
      "reason": .null, "gpu": gpu ?? .null, "verdict": .string(plan.verdict.rawValue), "summary": .string(plan.summary),
      "contradicted": .bool(isContradicted),
      "gpu_memory_utilization": (isContradicted ? nil : diagnosis.plan.utilization).map {
        ["min": .number($0.min), "max": .number($0.max)]
      }
        ?? .null,
      "max_model_len_by_memory": .optional(diagnosis.plan.longest ?? plan.limits?.maxModelLenByMemory),
      "remedies": .array(remedies), "compared": .array(compared),
    ]
  }
}

extension LogArgument {
  /// Its value may not be shown again.
  var isSecret: Bool {
    let name = name.uppercased()
    return name.hasSuffix("KEY") || name.hasSuffix("TOKEN")
  }
}
