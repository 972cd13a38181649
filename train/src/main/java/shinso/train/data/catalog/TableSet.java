package shinso.train.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.train.data.Split;

/**
 * A set of tables: each example is a row of numbers, then a class or a number to be predicted.
 *
 * @param byHand where files that can't be fetched come from, and what they must be like
 * @param also a further folder in which the files are looked for; null if there is none
 * @param prepared files that hold the same in another form, and are taken where they are there;
 *     empty if there is no other form
 * @param reader reads the files of either form, given in their order
 */
record TableSet(
    String name,
    String about,
    String source,
    String byHand,
    List<String> featureNames,
    List<String> classNames,
    @Nullable String also,
    List<RemoteFile> files,
    List<RemoteFile> prepared,
    Function<List<Path>, Split> reader)
    implements KnownSet {
  /** Returns the files of the form that is there, or should be. */
  private SetFiles set(DataFolder folder) {
    SetFiles other = new SetFiles(name, also, prepared);
    return !prepared.isEmpty() && other.presence(folder) == Presence.COMPLETE
        ? other
        : new SetFiles(name, also, files);
  }

  @Override
  public long downloadSize() {
    return new SetFiles(name, also, files).downloadSize();
  }

  @Override
  public Presence presence(DataFolder folder) {
    return set(folder).presence(folder);
  }

  @Override
  public Split load(DataFolder folder) {
    return reader.apply(set(folder).paths(folder, byHand));
  }

  @Override
  public List<String> get(DataFolder folder, Download download, DownloadProgress progress) {
    return set(folder).get(folder, byHand, download, progress);
  }

  @Override
  public List<FileCheck> verify(DataFolder folder) {
    return set(folder).verify(folder);
  }
}
