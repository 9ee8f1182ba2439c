/// How ranks are laid out over GPUs.
public struct Layout: Hashable, Sendable {
  public var tensor = 1
  public var pipeline = 1
  public var data = 1
  public var decodeContext = 1
  public var expertParallel = false

  public init() {}

  /// GPUs of all engines together.
  public var accelerators: Int { tensor * pipeline * data }

  /// Puts the layout into flags; a size of 1 is left out where it is not there already.
  func apply(to flags: inout ServeFlags) {
    func put(_ size: Int, _ field: inout Int?) { if size != 1 || field != nil { field = size } }
    put(tensor, &flags.tensorParallelSize)
    put(pipeline, &flags.pipelineParallelSize)
    put(data, &flags.dataParallelSize)
    put(decodeContext, &flags.decodeContextParallelSize)
    if expertParallel || flags.enableExpertParallel != nil { flags.enableExpertParallel = expertParallel }
  }
}

extension SearchSpace {
  /// Layouts of a start, the fewest GPUs first, and of equally many the least cut in stages.
  ///
  /// A tensor parallel size beyond a node's GPUs is tried where it fills whole nodes.
  public func layouts(of start: Start) -> [Layout] {
    var found: [Layout] = []
    let most = start.count
    let hasExperts = start.deployment.model.layers.contains {
      if case .experts = $0.feedForward { true } else { false }
    }
    func sizes(_ asked: [Int]?, upTo bound: Int) -> [Int] {
      asked?.filter { $0 >= 1 && $0 <= bound } ?? (bound < 1 ? [] : Array(1...bound))
    }
    let lower = max(1, start.deployment.flags.prefillContextParallelSize ?? 1)
    for tensor in sizes(tensor, upTo: most / lower) {
      if tensor > start.perNode, tensor % start.perNode != 0 { continue }
      for pipeline in sizes(pipeline, upTo: most / lower / tensor) {
        for data in sizes(data, upTo: most / lower / tensor / pipeline) {
          for context in decodeContext {
            let ranks = tensor * data * lower
            for isWhole in expertParallel ?? (hasExperts && ranks > 1 ? [false, true] : [false]) {
              var layout = Layout()
              (layout.tensor, layout.pipeline, layout.data) = (tensor, pipeline, data)
              (layout.decodeContext, layout.expertParallel) = (context, isWhole)
              found.append(layout)
            }
          }
        }
      }
    }
    return found.sorted { ($0.accelerators, $0.pipeline, $0.data) < ($1.accelerators, $1.pipeline, $1.data) }
  }
}
