package shinso.train.data.catalog;

import java.nio.file.Path;
import java.util.List;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.file.IdxFile;

/** A set of four gzipped IDX files: training images and labels, test images and labels. */
record IdxSet(
    String name, String about, String source, List<String> classNames, List<RemoteFile> files)
    implements KnownSet {
  private SetFiles set() {
    return new SetFiles(name, null, files);
  }

  @Override
  public long downloadSize() {
    return set().downloadSize();
  }

  @Override
  public Presence presence(DataFolder folder) {
    return set().presence(folder);
  }

  @Override
  public Split load(DataFolder folder) {
    List<Path> paths = set().paths(folder, source);
    return Split.of(read(paths, 0), read(paths, 2));
  }

  private Dataset read(List<Path> paths, int first) {
    return IdxFile.readImages(paths.get(first), paths.get(first + 1), classNames);
  }

  @Override
  public List<String> get(DataFolder folder, Download download, DownloadProgress progress) {
    return set().get(folder, source, download, progress);
  }

  @Override
  public List<FileCheck> verify(DataFolder folder) {
    return set().verify(folder);
  }
}
