import Foundation

/// Gives a file that root has made to whom its folder belongs: the service, which could not read it otherwise. Where
/// root may not, as on some servers' disks, whoever has the folder has what is made there.
/// - Parameter folder: its path.
package func giveToOwner(of folder: String, _ descriptor: Int32) {
  var status = stat()
  guard geteuid() == 0, stat(folder, &status) == 0 else { return }
  _ = fchown(descriptor, status.st_uid, status.st_gid)
}
