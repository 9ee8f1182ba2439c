import CommandLineKit
import ModelFiles
import Plimsoll

/// A search as the JSON document `plimsoll.solve/1`; configurations are written as they come, a line each.
struct SolveJSON {
  var request: SolveRequest
  var solution: Solution

  func write(_ out: inout Output) throws {
    out.line("{")
    for (key, value) in head {
      out.line("  \(JSON.string(key).serialized(pretty: false)): \(value.serialized(pretty: false)),")
    }
    out.write("  \"configurations\": [")
    var isFirst = true
    var problem: OutputError?
    request.forEachShown(solution) { candidate, isOnFront in
      guard problem == nil, out.isOpen else { return }
      out.write((isFirst ? "\n    " : ",\n    ") + configuration(candidate, isOnFront).serialized(pretty: false))
      isFirst = false
      do throws(OutputError) { try out.flushIfLong() } catch { problem = error }
    }
    if let problem { throw problem }
    out.line(isFirst ? "]," : "\n  ],")
    out.line("  \"exclusions\": \(JSON.array(solution.exclusions.map(exclusion)).serialized(pretty: false)),")
    out.line("  \"findings\": \(JSON.array(SolveReport.findings(request).map(finding)).serialized(pretty: false))")
    out.line("}")
  }

  private var head: [(String, JSON)] {
    let fit = request.fit
    return [
      ("schema", "plimsoll.solve/1"), ("goal", .string(request.options.goal.rawValue)),
      ("engine", ["name": "vllm", "release": .string(fit.release.name), "assumed": .bool(fit.isReleaseAssumed)]),
      (
        "model",
        [
          "id": .string(fit.model.id), "architecture": .string(fit.model.shape.architecture),
          "source": .string(fit.model.source.rawValue), "parameters": .integer(fit.model.parameters),
        ]
      ),
      ("cells", .integer(solution.cells)), ("valid", .integer(solution.valid)),
    ]
  }

  private func configuration(_ one: Candidate, _ isOnFront: Bool) -> JSON {
    let start = request.space.starts[one.start]
    let figures = one.figures
    let words = request.arguments(of: one)
    return [
      "pareto": .bool(isOnFront), "verdict": figures.isTight ? "tight" : "fits",
      "changes": .string(figures.loss.rawValue),
      "accelerator": accelerator(start, count: figures.accelerators), "weights": .optional(start.quantization),
      "flags": flags(one),
      "kv_cache": [
        "tokens": .optional(figures.tokens), "max_concurrency": figures.concurrency.map { .number($0) } ?? .null,
      ],
      "requests": .integer(figures.requests), "all_tokens": .integer(figures.allTokens),
      "headroom_bytes": .optional(figures.headroom?.count),
      "cost_per_hour": figures.cost.map { .number($0) } ?? .null,
      "run": [
        "argv": .array(words.map { .string($0) }), "env": .array(request.fit.environmentPairs.map { .string($0) }),
      ],
    ]
  }

  private func accelerator(_ start: SearchSpace.Start, count: Int) -> JSON {
    [
      "id": .string(start.deployment.device.id), "count": .integer(count), "nodes": .integer(start.deployment.nodes),
      "total_bytes": .optional(start.deployment.total?.count),
    ]
  }

  private func flags(_ one: Candidate) -> JSON {
    [
      "tensor_parallel_size": .integer(one.layout.tensor), "pipeline_parallel_size": .integer(one.layout.pipeline),
      "data_parallel_size": .integer(one.layout.data),
      "decode_context_parallel_size": .integer(one.layout.decodeContext),
      "enable_expert_parallel": .bool(one.layout.expertParallel),
      "kv_cache_dtype": .string(one.kvCacheDType?.rawValue ?? "auto"), "enforce_eager": .bool(one.eager == true),
      "cpu_offload_gb": one.offload.map { .number($0) } ?? .null, "max_model_len": .integer(one.maxModelLen),
      "max_num_seqs": .integer(one.maxNumSeqs), "max_num_batched_tokens": .optional(one.batchedTokens),
      "gpu_memory_utilization": one.utilization.map { .number($0) } ?? .null,
    ]
  }

  private func exclusion(_ one: Exclusion) -> JSON {
    [
      "code": .string(one.code), "message": .string(one.reason), "modelled": .bool(!one.isUnknown),
      "accelerator": .string(request.space.starts[one.start].deployment.device.id),
      "weights": .optional(request.space.starts[one.start].quantization),
      "layouts": .array(
        one.layouts.map { layout in
          [
            "tensor_parallel_size": .integer(layout.tensor), "pipeline_parallel_size": .integer(layout.pipeline),
            "data_parallel_size": .integer(layout.data),
            "decode_context_parallel_size": .integer(layout.decodeContext),
            "enable_expert_parallel": .bool(layout.expertParallel),
          ]
        }),
    ]
  }

  private func finding(_ one: Finding) -> JSON {
    ["code": .string(one.code), "severity": .string(one.severity.rawValue), "message": .string(one.message)]
  }
}
