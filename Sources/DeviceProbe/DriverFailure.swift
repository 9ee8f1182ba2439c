/// Why a driver gave no answer.
package enum DriverFailure: Error, Equatable, Sendable {
  /// The driver's library is not there, or cannot be loaded.
  case noLibrary(name: String, says: String)
  /// The library is older than the function that is needed.
  case noFunction(library: String, name: String)
  /// A function returned a code that is no success.
  case call(interface: Interface, function: String, code: Int32)
  /// The driver works and knows no device.
  case noDevices(interface: Interface)

  /// Whose codes they are.
  package enum Interface: String, Equatable, Sendable {
    case nvml = "NVML"
    case cuda = "CUDA"
    case rocm = "ROCm SMI"
    case amd = "AMD SMI"
  }

  /// One sentence with what to do.
  package var sentence: String {
    switch self {
    case .noLibrary(let name, let says):
      "\(name) cannot be opened (\(says)): no driver is installed here, or a container was not given it"
    case .noFunction(let library, let name):
      "\(library) has no function \(name): the driver is too old to be asked"
    case .call(let interface, let function, let code):
      "\(function) of \(interface.rawValue) gave \(code)" + (Self.meaning(interface, code).map { ": " + $0 } ?? "")
    case .noDevices(let interface): "\(interface.rawValue) sees no device"
    }
  }

  /// What the codes mean that a user can do something about (nvml.h `nvmlReturn_enum`, cuda.h `cudaError_enum`,
  /// rocm_smi.h `rsmi_status_t`, amdsmi.h `amdsmi_status_t`).
  static func meaning(_ interface: Interface, _ code: Int32) -> String? {
    switch (interface, code) {
    case (.nvml, 3): "this device does not support it"
    case (.nvml, 4): "this user may not ask; a container needs the driver's utility capability"
    case (.nvml, 9): "the driver is not loaded; 'nvidia-smi' should say the same"
    case (.nvml, 12): "the driver's library is not found or not whole"
    case (.nvml, 13): "the driver is too old to know the function"
    case (.nvml, 15): "the GPU has fallen off the bus; the machine has to be restarted"
    case (.nvml, 16): "the GPU needs a reset"
    case (.nvml, 17): "the operating system blocks the device"
    case (.nvml, 18): "library and driver are of different versions, as after an update without a restart"
    case (.nvml, 999): "an error that the driver has no name for"
    case (.rocm, 4), (.amd, 10): "this user may not ask; who may is in the groups render and video"
    case (.rocm, 8), (.amd, 34): "the driver amdgpu is not loaded, or shows this container nothing"
    case (.cuda, 3): "the driver was not initialised"
    case (.cuda, 34): "a stub library, as the toolkit has for linking, and no driver"
    case (.cuda, 100): "no device, or CUDA_VISIBLE_DEVICES hides all of them"
    case (.cuda, 2): "the device has no memory left for a context"
    case (.cuda, 46): "the device is in exclusive use by another process"
    case (.cuda, 803): "library and driver are of different versions, as after an update without a restart"
    case (.cuda, 804): "the driver is older than this build of the library supports"
    default: nil
    }
  }
}
