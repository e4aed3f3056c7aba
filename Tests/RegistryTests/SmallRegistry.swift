@testable import Registry

/// The files of a register map of one block, small enough to break in every way.
enum SmallRegistry {
  static let header = FieldReader.columns.joined(separator: ",")

  static let blocks = """
    did,name,kind,family,interval,length,port_field,label,description,source
    64111,charger,status,charger,live,4,port,Charger,A charger.,note table 5

    """
  static let enumerations = """
    enumeration,value,label,title,source
    mode,0,off,Off,note
    mode,1,auto,Auto,note
    mode,2,on,On,note

    """
  static let flags = """
    flags,bit,label,title,problem,source
    errors,0,low,Low,yes,note
    errors,15,high,High,,note

    """

  /// A row of the block's file; cells that are not given are empty.
  static func row(_ cells: [String: String]) -> String {
    FieldReader.columns.map { cells[$0] ?? "" }.joined(separator: ",")
  }

  static let header1 = row(["offset": "1", "size": "1", "name": "did", "type": "uint16", "access": "r"])
  static let header2 = row(["offset": "2", "size": "1", "name": "length", "type": "uint16", "access": "r"])
  static let port = row(["offset": "3", "size": "1", "name": "port", "type": "uint16", "access": "r"])
  static let scale = row(["offset": "4", "size": "1", "name": "scale", "type": "sunssf", "access": "r"])

  /// The map with `rows` after the four fields that every block here has.
  static func files(_ rows: [[String: String]] = []) -> [String: String] {
    [
      "blocks.csv": blocks, "enumerations.csv": enumerations, "flags.csv": flags,
      "charger.csv": ([header, header1, header2, port, scale] + rows.map(row)).joined(separator: "\n") + "\n",
    ]
  }

  /// A field that is right; `changes` overwrite its cells.
  static func field(_ changes: [String: String] = [:]) -> [String: String] {
    ["offset": "5", "size": "1", "name": "value", "type": "uint16", "access": "r"]
      .merging(changes) { _, new in new }
  }

  /// Problems of a map, errors or warnings, one a line.
  static func problems(_ files: [String: String]) -> [String] {
    do throws(RegistryError) {
      return try Registry(files: files).warnings.map(\.description)
    } catch {
      return error.problems.map(\.description)
    }
  }
}
