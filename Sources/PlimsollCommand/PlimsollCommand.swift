@main
struct PlimsollCommand {
  static func main() { print("plimsoll") }
}
