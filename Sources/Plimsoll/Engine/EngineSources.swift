/// Where a release of vLLM decides each quantity: file and function, below the package.
public struct EngineSources: Hashable, Sendable {
  /// The release that they were read in.
  public var release: String
  /// Total and free memory as CUDA reports them.
  public var snapshot = "utils/mem_utils.py MemorySnapshot"
  /// What is asked for, and the check that so much is free.
  public var request = "v1/worker/utils.py request_memory"
  /// What is taken off it.
  public var subtraction = "v1/worker/gpu_worker.py determine_available_memory"
  /// The model runner: the V1 runner, and the V2 runner.
  public var runner = "v1/worker/gpu_model_runner.py"
  public var runnerV2 = "v1/worker/gpu/model_runner.py"
  /// Functions of either: weights are loaded, the profile run, the sampler's dummy run.
  public var load = "load_model"
  public var profile = "profile_run"
  public var sampler = "_dummy_sampler_run"
  /// What the V2 runner keeps of each sequence, and its block tables; older runners hold the same elsewhere.
  public var penalties = "v1/worker/gpu/sample/penalties.py PenaltiesState"
  public var tables = "v1/worker/gpu/block_table.py BlockTables"
  /// CUDA graphs on the V1 runner, and on the V2 runner.
  public var graphs = "v1/worker/gpu_model_runner.py profile_cudagraph_memory"
  public var graphsV2 = "v1/worker/gpu/cudagraph_utils.py profile_cudagraph_memory"
  /// The bytes of a layer's page.
  public var page = "v1/kv_cache_interface.py page_size_bytes"
  /// The blocks of a layer that one request of full length holds.
  public var holds = "v1/kv_cache_interface.py max_memory_usage_bytes"
  /// Layers into groups.
  public var groups = "v1/core/kv_cache_planning.py get_kv_cache_groups"
  /// Layers of several kinds brought to one, without the hybrid manager.
  public var oneType = "v1/core/kv_cache_planning.py _promote_local_kv_cache_specs"
  /// The bytes of a block.
  public var block = "v1/core/kv_cache_planning.py _get_kv_cache_bytes_per_block"
  /// How many blocks there are.
  public var blocks = "v1/core/kv_cache_planning.py get_kv_cache_config_from_groups"
  /// What one request of full length needs.
  public var need = "v1/core/kv_cache_planning.py _max_memory_usage_bytes_from_groups"
  /// The check that it is there.
  public var fitCheck = "v1/core/kv_cache_planning.py _check_enough_kv_cache_memory"
  /// The printed concurrency, and the printed size.
  public var concurrency = "v1/core/kv_cache_utils.py get_max_concurrency_for_kv_cache_config"
  public var tokens = "v1/core/kv_cache_utils.py update_kv_cache_capacity"
  /// The longest request by the model's config.
  public var length = "config/model.py _get_and_verify_max_len"
  /// A block for the state of each sequence, which is asked for since 0.20.
  public var states = "config/compilation.py resolve_cudagraph_mode_and_sizes"

  /// As the newest release has them.
  init(release: String) { self.release = release }

  /// What a release moved, as it was before; the newest first.
  private static var moves: [(since: String, undo: (inout EngineSources) -> Void)] {
    let (utils, worker) = ("v1/core/kv_cache_utils.py ", "v1/worker/gpu_worker.py ")
    return [
      (
        "0.33.0",
        {
          $0.groups = utils + "get_kv_cache_groups"
          $0.oneType = utils + "unify_hybrid_kv_cache_specs"
          $0.block = utils + "_get_kv_cache_bytes_per_block"
          $0.blocks = utils + "get_kv_cache_config_from_groups"
          $0.need = utils + "_max_memory_usage_bytes_from_groups"
          $0.fitCheck = utils + "_check_enough_kv_cache_memory"
        }
      ),
      (
        "0.29.0",
        {
          $0.graphsV2 = "v1/worker/gpu/model_runner.py profile_cudagraph_memory"
          $0.block = utils + "get_kv_cache_config_from_groups"
          $0.blocks = utils + "get_num_blocks"
        }
      ),
      ("0.28.0", { $0.tokens = utils + "get_kv_cache_configs" }),
      ("0.24.0", { $0.tokens = utils + "_report_kv_cache_config" }),
      (
        "0.18.0",
        {
          $0.graphs = "v1/worker/gpu_model_runner.py capture_model"
          $0.graphsV2 = "v1/worker/gpu/model_runner.py capture_model"
        }
      ),
      (
        "0.14.0",
        {
          $0.request = worker + "init_device"
          $0.need = utils + "max_memory_usage_bytes"
          $0.fitCheck = utils + "check_enough_kv_cache_memory"
        }
      ),
      (
        "0.11.1",
        {
          $0.snapshot = "utils/__init__.py MemorySnapshot"
          $0.tokens = utils + "get_kv_cache_config_from_groups"
        }
      ),
      (
        "0.11.0",
        {
          let old = utils + "get_kv_cache_config"
          ($0.groups, $0.block, $0.tokens) = (old, old, old)
          $0.length = "config/__init__.py _get_and_verify_max_len"
        }
      ),
      ("0.10.1", { $0.length = "config.py _get_and_verify_max_len" }),
      (
        "0.9.1",
        {
          let old = utils + "_get_kv_cache_config_uniform_type"
          ($0.block, $0.blocks, $0.concurrency, $0.tokens) = (old, old, old, old)
          $0.need = utils + "check_enough_kv_cache_memory"
          ($0.snapshot, $0.request) = ($0.subtraction, $0.subtraction)
        }
      ),
    ]
  }

  /// A function of the model runner.
  func inRunner(v2 usesV2: Bool, _ function: String) -> String { (usesV2 ? runnerV2 : runner) + " " + function }

  /// Those of a release, by what each later one moved.
  static func of(_ release: EngineRelease) -> EngineSources {
    var name = release.name
    switch release.standing {
    case .modelled: break
    case .between(let row), .newer(let row): name = row
    }
    var sources = EngineSources(release: name)
    guard let own = ReleaseNumber(name) else { return sources }
    for move in moves {
      guard let since = ReleaseNumber(move.since), own < since else { break }
      move.undo(&sources)
    }
    return sources
  }
}

extension EngineRelease {
  /// Where this release decides what a plan is made of.
  public var sources: EngineSources { .of(self) }
}
