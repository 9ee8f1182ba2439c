/// A value of Python as vLLM's log prints it among the arguments: `{'image': 0, 'truncation': False}`.
///
/// vLLM's own parser takes JSON alone; whoever copies a value off a log has it in this form.
enum PythonDict {
  /// The same as JSON; nil for anything but a dictionary of texts, numbers, lists and dictionaries.
  static func json(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.first == UInt8(ascii: "{"),
      bytes.contains(UInt8(ascii: "'")) || bytes.contains(UInt8(ascii: "T"))
        || bytes.contains(UInt8(ascii: "F")) || bytes.contains(UInt8(ascii: "N"))
    else { return nil }
    var json: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        guard let end = string(bytes, from: place, into: &json) else { return nil }
        place = end
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
        let word = bytes[place...].prefix { UInt8(ascii: "A")...UInt8(ascii: "z") ~= $0 }
        switch String(decoding: word, as: UTF8.self) {
        case "True": json += "true".utf8
        case "False": json += "false".utf8
        case "None": json += "null".utf8
        // Of a number, such as 1e-05.
        case "e": json += word
        default: return nil
        }
        place += word.count
      case UInt8(ascii: "("), UInt8(ascii: "<"): return nil
      default:
        json.append(byte)
        place += 1
      }
    }
    return String(decoding: json, as: UTF8.self)
  }

  /// Writes a text in JSON's quotes, and says where it ends; nil for an escape that JSON has no like of.
  private static func string(_ bytes: [UInt8], from start: Int, into json: inout [UInt8]) -> Int? {
    let (quote, doubled, escape) = (bytes[start], UInt8(ascii: "\""), UInt8(ascii: "\\"))
    json.append(doubled)
    var place = start + 1
    while place < bytes.count, bytes[place] != quote {
      if bytes[place] == escape {
        guard place + 1 < bytes.count else { return nil }
        let next = bytes[place + 1]
        switch next {
        case UInt8(ascii: "'"): json.append(next)
        case escape, doubled, UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "u"):
          json += [escape, next]
        default: return nil
        }
        place += 2
      } else {
        if bytes[place] == doubled { json.append(escape) }
        json.append(bytes[place])
        place += 1
      }
    }
    guard place < bytes.count else { return nil }
    json.append(doubled)
    return place + 1
  }
}
