import FieldCodec
import Mate3
import RegisterIO
import Registry

/// What is looked at because of the battery's profile.
extension GatewayService {
  /// Says that the profile is for a system of another voltage than the gateway's, as long as it is.
  func checkBattery() async {
    guard let battery = validator.policy.battery, let image, let gateway = image.layout.block(kind: .gateway),
      let field = gateway.definition.field("system_voltage"), let range = gateway.range(of: field),
      let word = image.word(range.start), case .number(let volts) = field.decode([word], scaleWord: nil),
      let whole = volts.coefficient(atExponent: 0)
    else { return }
    let conflict = battery.conflict(nominalVoltage: whole)
    await setAlert(
      .battery, "nominal", conflict.map { "\($0); no battery setting is written until one of the two is mended" })
  }
}
