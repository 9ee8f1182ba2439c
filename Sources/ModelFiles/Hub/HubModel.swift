/// A model of a hub, read as far as a plan needs it.
package struct HubModel: Sendable {
  /// `ORG/NAME`.
  package var name: String
  /// The revision that was asked for, or the hub's main one.
  package var revision: String
  /// The commit, where it is known.
  package var commit: String?
  package var origin: Origin
  package var content: Content
  /// What went wrong beside, in sentences.
  package var warnings: [String] = []

  package enum Origin: Hashable, Sendable {
    case network
    /// Our own cache, as the hub had it at that time (seconds since 1970).
    case cache(fetched: Int?)
    /// The folder of the hub's own client.
    case downloaded
  }

  package enum Content: Sendable {
    /// A folder on this machine with all that there is.
    case folder(String)
    case files(HubFiles)
  }
}

/// What was read of a model that does not lie on this machine.
package struct HubFiles: Sendable {
  package var config: [UInt8]
  package var quantization: [UInt8]?
  package var preprocessor: [UInt8]?
  /// What the headers of its weights add up to.
  package var checkpoint: Checkpoint
}

extension HubModel {
  /// Where a moving revision comes from and how old that is, for a note; nil where it was asked just now.
  package var note: String? {
    let at = "'\(name)' at \(revision)" + (commit.map { " (commit \($0.prefix(7)))" } ?? "")
    switch origin {
    case .network: return nil
    case .downloaded: return "\(at) is read from the hub's own cache on this machine; --refresh asks the hub"
    case .cache(let fetched):
      guard commit != revision, let fetched else { return nil }
      return "\(at) is as of \(CalendarDate(epoch: fetched).text); --refresh asks the hub whether it has moved"
    }
  }
}

/// A day of the Gregorian calendar, in UTC.
struct CalendarDate: Hashable, Sendable {
  var text: String

  init(epoch: Int) {
    // Counted in years from March, so that the leap day is a year's last (proleptic, for any day from 1970 on).
    let days = max(0, epoch) / 86_400 + 719_468
    let era = days / 146_097
    let day = days % 146_097
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let inYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * inYear + 2) / 153
    let number = inYear - (153 * month + 2) / 5 + 1
    let calendarMonth = month < 10 ? month + 3 : month - 9
    let calendarYear = year + era * 400 + (calendarMonth <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    text = "\(calendarYear)-\(two(calendarMonth))-\(two(number))"
  }
}
