import CommandLineKit
import ModelFiles
import Plimsoll

/// `plimsoll.fit/1` for a model that cannot be had or is not modelled: verdict `unknown`, nothing computed.
enum UnknownModelJSON {
  static func document(_ failure: InputFailure, _ values: FitValues) -> JSON {
    let options = values.options
    let release = options.vllm ?? EngineRelease.newest.name
    return [
      "schema": "plimsoll.fit/1", "verdict": .string(Verdict.unknown.rawValue), "summary": .string(failure.sentence),
      "engine": ["name": "vllm", "release": .string(release), "assumed": .bool(options.vllm == nil)],
      "model": [
        "id": .optional(options.model), "architecture": .null, "source": .null, "parameters": .null,
        "max_model_len": .null, "checkpoint": .null,
      ],
      "accelerator": [
        "id": .optional(options.gpu?.name), "count": .optional(options.gpu?.count), "nodes": .integer(options.nodes),
        "total_bytes": .null, "free_bytes": .null, "measured": false,
      ],
      "flags": .null, "stages": .null, "rank": .null, "kv_cache": .null, "limiting": .null, "limits": .null,
      "marginal": .null, "workload": WorkloadJSON.document(try? options.workload.workload(), nil),
      "calibration": .null, "run": .null, "project": .optional(values.project),
      "findings": [
        [
          "code": .string(failure.code), "severity": "error", "message": .string(failure.sentence), "remedies": [],
        ]
      ],
    ]
  }
}
