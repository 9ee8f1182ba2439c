import CommandLineKit
import DeviceProbe
import ModelFiles
import Plimsoll

/// What is in use on a GPU of this machine, by its driver.
struct DriverUse {
  var index: Int
  var name: String
  var total: Bytes
  var used: Bytes

  /// The GPUs of this machine; nil where no driver tells of any.
  static func look(_ context: Context) -> [DriverUse]? {
    var input = MachineInput(context.environment)
    input.seconds = 5
    guard let machine = try? input.look() else { return nil }
    let devices = machine.devices.compactMap { device -> DriverUse? in
      guard let total = device.total, let free = device.free else { return nil }
      return DriverUse(index: device.index, name: device.name, total: total, used: max(.zero, total - free))
    }
    return devices.isEmpty ? nil : devices
  }

  var document: JSON {
    [
      "index": .integer(index), "name": .string(name), "total_bytes": .integer(total.count),
      "used_bytes": .integer(used.count),
    ]
  }
}
