package shinso.train.data.catalog;

import java.util.List;
import java.util.function.Supplier;
import shinso.train.data.Split;

/** A set that the program makes itself. */
record DrawnSet(String name, String about, List<String> classNames, Supplier<Split> maker)
    implements KnownSet {
  @Override
  public String source() {
    return "built in";
  }

  @Override
  public long downloadSize() {
    return 0;
  }

  @Override
  public Presence presence(DataFolder folder) {
    return Presence.BUILT_IN;
  }

  @Override
  public Split load(DataFolder folder) {
    return maker.get();
  }

  @Override
  public List<String> get(DataFolder folder, Download download, DownloadProgress progress) {
    return List.of();
  }

  @Override
  public List<FileCheck> verify(DataFolder folder) {
    return List.of();
  }
}
