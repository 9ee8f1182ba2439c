import ModelFiles

/// The configuration of an application of Ray Serve LLM, which places the ranks on the nodes of its cluster.
///
/// Source: ray.serve.llm `LLMConfig` and `build_openai_app` (docs.ray.io, release 2.60); `engine_kwargs` are the fields
/// of vLLM's `AsyncEngineArgs`, which flags are named for.
enum RayServe {
  static func text(_ spec: DeploymentSpec) throws(FormatError) -> String {
    try check(spec)
    var lines = CommentLines.head(spec)
    for secret in spec.secrets {
      lines += CommentLines.of("\(secret) has to be in the environment of the cluster's workers, where it is needed")
    }
    lines += [
      "applications:", "  - name: " + spec.label, "    route_prefix: /",
      "    import_path: ray.serve.llm:build_openai_app", "    args:", "      llm_configs:",
      "        - model_loading_config:", "            model_id: " + YAMLText.scalar(spec.label),
      "            model_source: " + YAMLText.scalar(spec.model),
      "          # accelerator_type: set me where the cluster has other GPUs beside " + CommentLines.oneLine(spec.accelerator.name),
    ]
    let engine = spec.flags.filter { !$0.isOfServer }
    if !engine.isEmpty { lines.append("          engine_kwargs:") }
    for flag in engine {
      if let comment = flag.comment { lines += CommentLines.of(comment, indent: 12) }
      let name = flag.name.dropFirst(2).map { $0 == "-" ? "_" : $0 }
      lines.append("            " + String(name) + ": " + YAMLText.scalar(flag.value))
    }
    for flag in spec.flags where flag.isOfServer {
      lines += CommentLines.of(
        "\(flag.words.joined(separator: " ")) is of vLLM's own server, in whose place Ray Serve stands", indent: 10)
    }
    lines += ["          deployment_config:", "            num_replicas: 1"]
    if let seats = spec.maxNumSeqs {
      lines += CommentLines.of("as many as the engine has in a step; Ray Serve queues what is beyond", indent: 12)
      lines.append("            max_ongoing_requests: \(seats)")
    }
    if !spec.environment.isEmpty { lines += ["          runtime_env:", "            env_vars:"] }
    for variable in spec.environment {
      lines.append("              " + YAMLText.scalar(variable.name) + ": " + YAMLText.quoted(variable.value))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func check(_ spec: DeploymentSpec) throws(FormatError) {
    if case .integer(let ranks)? = spec.value(of: "--data-parallel-size"), ranks > 1 {
      throw FormatError(
        format: .ray,
        reason: "there data parallelism is by replicas: plan one engine, without --data-parallel-size, and set num_replicas; "
          + "or use --format lws or slurm")
    }
    if spec.nodes > 1, case .string(let backend)? = spec.value(of: "--distributed-executor-backend"), backend != "ray" {
      throw FormatError(
        format: .ray, reason: "nodes are joined by Ray here and --distributed-executor-backend is \(backend): take the flag out")
    }
  }
}
