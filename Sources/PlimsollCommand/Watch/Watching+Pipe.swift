import CommandLineKit
import EngineLogs
import ModelFiles

extension Watching {
  /// Seconds of quiet after which what came is looked at: a line of a log is there at once, a page takes its time.
  private static let quietLog = 0.3
  private static let quietPage = 2.0
  /// Seconds after which it is looked at though more comes.
  private static let longLog = 2.0
  private static let longPage = 10.0
  /// Seconds that a single look waits for a line of statistics, of which a server writes one in ten.
  private static let patience = 30.0

  /// Looks at what a pipe brings each time that there is something new to see, and when it ends.
  mutating func follow(_ path: String, _ context: inout Context) throws -> Int32 {
    var stream = try opened(path)
    var reader = MetricsReader()
    let began = Hub.seconds
    /// When the page began, when the last part and the last line of statistics came, and when was looked.
    var (first, last, newest, looked) = (began, began, began, began)
    var (counted, shown, made) = (0, 0, 0)
    /// Since when all that was there has been read.
    var waits: Double?
    showWait(&context)
    try context.out.flush()
    while true {
      let isFresh = reader.byteCount == 0
      let event = try next(&stream, &reader)
      let (now, isOver) = (Hub.seconds, event == .end)
      if event == .part { last = now } else { waits = waits ?? now }
      if isFresh { first = now }
      if reader.statisticCount > counted { (counted, newest) = (reader.statisticCount, now) }
      let isLog = counted > 0
      if isOver { reader.finish() }
      let isNew = isLog ? reader.statisticCount > shown : !reader.engines.isEmpty
      let quiet = now - last >= (isLog ? Self.quietLog : Self.quietPage)
      let isLong = isLog ? now - newest >= Self.longLog : now - first >= Self.longPage
      let isTime = (quiet || isLong) && (made == 0 || now - looked >= (isLog ? seconds : 0))
      if isNew, isOver || isTime {
        (isWhole, shown, looked) = (isOver && made == 0, reader.statisticCount, now)
        made += 1
        if !isLog { reader.finish() }
        history.isSingle = history.isSingle || isWhole
        // What a page counts had grown when it came, and not when it was looked at.
        let report = report(reader, at: last, &context)
        show(report, &context)
        try context.out.flush()
        if isOver || options.once || made == options.count { return crossed ? 1 : report.exitStatus }
        if !isLog { reader = MetricsReader() }
      }
      if isOver {
        if made == 0 { throw source.complaint(reader) }
        return crossed ? 1 : 0
      }
      guard context.out.isOpen else { return crossed ? 1 : 0 }
      let wait = options.timeout?.seconds ?? Self.patience
      if options.once, let waits, now - waits >= wait, !isNew {
        throw InputFailure(
          code: "metrics-unreachable",
          message:
            "\(source.shown) brought no metrics and no line of statistics in \(wait.fixed(0)) s; an engine writes one "
            + "every 10 s while it works (--timeout waits longer)")
      }
    }
  }

  private func opened(_ path: String) throws(InputFailure) -> FileStream {
    do throws(FileError) { return try FileStream(path) } catch {
      throw InputFailure(code: "unreadable-metrics", message: error.message)
    }
  }

  private func next(
    _ stream: inout FileStream, _ reader: inout MetricsReader
  ) throws(InputFailure) -> FileStream.Event {
    do throws(FileError) { return try stream.next(within: 0.1) { reader.feed($0) } } catch {
      throw InputFailure(code: "unreadable-metrics", message: error.message)
    }
  }
}
