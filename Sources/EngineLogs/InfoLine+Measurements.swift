extension InfoLine {
  /// Lines that only a calibration asks for: whether kernels were compiled, what a snapshot says at the level of
  /// debugging, and the memory that a refusal names.
  ///
  /// vLLM 0.33.0 `compilation/backends.py`, `v1/worker/gpu_worker.py`, `utils/mem_utils.py`, `v1/core/kv_cache_utils.py`;
  /// graphs before 0.11 `Compiling a graph for general shape takes`, `Directly load the compiled graph`.
  static let measurements: [KnownLine] = [
    KnownLine(.compiled(true), "Compiling a graph for"),
    KnownLine(.compiled(false), "Directly load the compiled graph"),
    KnownLine(.compiled(false), "Directly load AOT compilation"),
    KnownLine(.figure, "worker init memory snapshot: {~}free_memory={free}GiB, total_memory={total}GiB"),
    KnownLine(.figure, "available KV cache memory ({available} GiB)"),
  ]
}
