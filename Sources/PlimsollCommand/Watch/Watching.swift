import CommandLineKit
import EngineLogs
import ModelFiles
import Plimsoll

/// Looks at a server, one after the other, and shows each.
struct Watching {
  var source: MetricsSource
  var options: WatchOptions
  var plan: SavedPlan?
  var display: DisplayOptions

  var history: WatchHistory
  /// A pipe had its end before the first look: that is all there is to see.
  var isWhole = false
  private var screen = Screen()
  private var replanner: Replanner??
  /// Whether the driver is asked; not again where it told nothing.
  private var asksDriver: Bool
  private var failures = 0
  var crossed = false

  init(source: MetricsSource, options: WatchOptions, plan: SavedPlan?, display: DisplayOptions) {
    (self.source, self.options, self.plan, self.display) = (source, options, plan, display)
    history = WatchHistory(
      isSingle: options.once || options.count == 1 || !source.isLive && source.pipe == nil)
    asksDriver = source.isLocal && !options.noDriver
  }

  var seconds: Double { options.interval?.seconds ?? 5 }

  /// How many looks are made; nil for without end.
  private var looks: Int? {
    if options.once { return options.interval == nil || !source.isLive ? 1 : 2 }
    if source.pipe != nil { return isWhole ? 1 : options.count }
    return options.count ?? (source.isLive ? nil : 1)
  }

  mutating func run(_ context: inout Context) throws -> Int32 {
    if let pipe = source.pipe { return try follow(pipe, &context) }
    var made = 0
    while true {
      let begun = Hub.seconds
      made += 1
      let isLast = looks.map { made >= $0 } ?? false
      do throws(InputFailure) {
        let report = try look(&context)
        failures = 0
        // Of two looks for rates the second is what is asked for.
        if !options.once || isLast { show(report, &context) }
        if isLast { return crossed ? 1 : report.exitStatus }
      } catch {
        // What no later look can change, and what a script waits for, ends it.
        let isPassing = error.code == "metrics-unreachable" || error.code == "bad-metrics"
        guard looks == nil, isPassing else { throw error }
        failures += 1
        show(error, &context)
      }
      try context.out.flush()
      guard context.out.isOpen, pause(until: begun + seconds) else { return crossed ? 1 : 0 }
    }
  }

  private mutating func look(_ context: inout Context) throws(InputFailure) -> WatchReport {
    report(try source.read(options, context.environment), at: Hub.seconds, &context)
  }

  /// What a page or a part of a log comes to.
  mutating func report(_ reader: MetricsReader, at seconds: Double, _ context: inout Context) -> WatchReport {
    history.look(reader.engines, at: seconds)
    let devices = asksDriver ? DriverUse.look(context) : nil
    asksDriver = asksDriver && devices != nil
    let report = WatchReport(
      reader, source: source.shown, plan: plan, history: history, devices: devices,
      replanner: { replan(context) })
    history.keep(reader.engines)
    return report
  }

  private mutating func replan(_ context: Context) -> Replanner? {
    if let replanner { return replanner }
    let made = plan.flatMap { Replanner($0, context) }
    replanner = .some(made)
    return made
  }

  mutating func show(_ report: WatchReport, _ context: inout Context) {
    crossed = crossed || report.verdict.isCrossed
    if options.json {
      context.out.line(WatchJSON(report: report).document.serialized(pretty: looks != nil && options.count == nil))
    } else if looks == 1 || options.once {
      for line in WatchText(report: report, terminal: context.terminal).lines { context.out.line(line) }
    } else if isScreen(context) {
      draw(WatchText(report: report, terminal: current(&context)).lines + [""] + [footer], &context)
    } else {
      context.out.line(WatchText(report: report, terminal: context.terminal).line(at: ClockTime.now.text))
    }
  }

  /// Says on a screen that nothing has come yet.
  mutating func showWait(_ context: inout Context) {
    guard isScreen(context), !options.once, !options.json else { return }
    let text = "nothing yet; a server writes a line of its statistics every 10 s while it works"
    let terminal = current(&context)
    draw([terminal.paint(source.shown, .bold), "", "  " + text, "", footer], &context)
  }

  private mutating func show(_ failure: InputFailure, _ context: inout Context) {
    let tried = "tried \(failures) times, trying again"
    if options.json {
      context.out.line(FailureReport.json(failure).serialized(pretty: false))
    } else if isScreen(context) {
      let terminal = current(&context)
      draw(
        [terminal.paint(source.shown, .bold), "", "  " + terminal.paint("NO METRICS", .bold, .yellow)]
          + wrap(failure.message, to: max(20, terminal.width - 2)).map { "  " + $0 } + ["", tried + "; " + footer],
        &context)
    } else {
      context.out.line([ClockTime.now.text, "no-metrics", failure.message + "; " + tried].joined(separator: "  "))
    }
  }

  private var footer: String {
    ClockTime.now.text + "  every \(seconds.fixed(seconds < 1 ? 1 : 0)) s; Ctrl-C ends it"
  }

  /// The terminal as it is now, which may have another size than at the start.
  private func current(_ context: inout Context) -> Terminal {
    // What is drawn leaves the last column free.
    if let size = Terminal.size(of: 1) { context.terminal.width = max(1, size.columns - 1) }
    return context.terminal
  }

  private mutating func draw(_ lines: [String], _ context: inout Context) {
    let rows = Terminal.size(of: 1)?.rows ?? 0
    context.out.write(screen.draw(lines, columns: context.terminal.width + 1, rows: rows > 0 ? rows : 24))
  }

  /// Waits for the next look; false where a signal ends the process.
  private func pause(until end: Double) -> Bool {
    Interrupts.pause(max(0, end - Hub.seconds))
  }

  /// Whether there is a screen on which lines can be drawn over each other.
  private func isScreen(_ context: Context) -> Bool {
    context.terminal.isInteractive && context.environment("TERM") != "dumb"
  }
}

/// The time of day in Greenwich, `21:40:05Z`.
struct ClockTime {
  var seconds: Int

  static var now: ClockTime { ClockTime(seconds: Hub.clock) }

  var text: String {
    let day = seconds % 86_400
    return [day / 3600, day / 60 % 60, day % 60].map { $0 < 10 ? "0\($0)" : String($0) }.joined(separator: ":") + "Z"
  }
}
