package shinso.train.data.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.file.IdxFile;

/** A set of four gzipped IDX files: training images and labels, test images and labels. */
record IdxSet(
    String name, String about, String source, List<String> classNames, List<RemoteFile> files)
    implements KnownSet {
  @Override
  public long downloadSize() {
    return files.stream().mapToLong(RemoteFile::size).sum();
  }

  @Override
  public Presence presence(DataFolder folder) {
    boolean all = files.stream().allMatch(file -> find(folder, file) != null);
    return all ? Presence.COMPLETE : Presence.ABSENT;
  }

  @Override
  public Split load(DataFolder folder) {
    List<RemoteFile> missing = files.stream().filter(file -> find(folder, file) == null).toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s: %s: there is no %s; run 'shinso data get %s', or put %s there by hand from %s"
              .formatted(
                  name,
                  folder.of(name),
                  names(missing),
                  name,
                  missing.size() == 1 ? "it" : "them",
                  place(missing)));
    }
    return Split.of(read(folder, 0), read(folder, 2));
  }

  private Dataset read(DataFolder folder, int first) {
    return IdxFile.readImages(
        existing(folder, files.get(first)), existing(folder, files.get(first + 1)), classNames);
  }

  @Override
  public List<String> get(DataFolder folder, Download download, DownloadProgress progress) {
    List<String> fetched = new ArrayList<>();
    for (RemoteFile file : files) {
      Path target = folder.of(name).resolve(file.name());
      if (Files.isRegularFile(target) && file.checksum().of(target).equals(file.checksum())) {
        continue;
      }
      folder.writable(name);
      try {
        download.fetch(file, target, progress);
      } catch (DownloadException e) {
        List<RemoteFile> rest = files.subList(files.indexOf(file), files.size());
        throw new DataException(
            "%s: %s; or %s".formatted(name, e.getMessage(), byHand(folder, rest)), e);
      }
      fetched.add(file.name());
    }
    return fetched;
  }

  @Override
  public List<FileCheck> verify(DataFolder folder) {
    return files.stream().map(file -> verify(folder, file)).toList();
  }

  private FileCheck verify(DataFolder folder, RemoteFile file) {
    Path path = find(folder, file);
    if (path == null) {
      return new FileCheck(file.name(), FileCheck.State.MISSING, "not in " + folder.of(name));
    }
    String found = path.getFileName().toString();
    if (!found.equals(file.name())) {
      return new FileCheck(
          found, FileCheck.State.UNKNOWN, "unpacked; the checksum is of " + file.name());
    }
    Checksum sum = file.checksum().of(path);
    return sum.equals(file.checksum())
        ? new FileCheck(found, FileCheck.State.GOOD, sum.toString())
        : new FileCheck(
            found, FileCheck.State.WRONG, "%s, should be %s".formatted(sum, file.checksum().hex()));
  }

  private String byHand(DataFolder folder, List<RemoteFile> missing) {
    return "put %s from %s into %s by hand"
        .formatted(names(missing), place(missing), folder.of(name));
  }

  /** Returns the folder on the network that has these files. */
  private static String place(List<RemoteFile> files) {
    String url = files.getFirst().mirrors().getFirst().toString();
    return url.substring(0, url.lastIndexOf('/') + 1);
  }

  private static String names(List<RemoteFile> files) {
    return files.stream().map(RemoteFile::name).collect(Collectors.joining(", "));
  }

  private Path existing(DataFolder folder, RemoteFile file) {
    Path path = find(folder, file);
    if (path == null) {
      throw new DataException(folder.of(name).resolve(file.name()) + ": has just disappeared");
    }
    return path;
  }

  /** Returns the file, gzipped or unpacked, or null. */
  private @Nullable Path find(DataFolder folder, RemoteFile file) {
    String plain = file.name().replaceFirst("\\.gz$", "");
    // Some unpackers restore the name that MNIST's files had at first, with a dot.
    return Stream.of(file.name(), plain, plain.replaceFirst("-(idx\\d-ubyte)$", ".$1"))
        .map(folder.of(name)::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }
}
