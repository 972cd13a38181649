package shinso.train.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.train.data.Split;

/**
 * A set of texts or of sequences.
 *
 * @param byHand where files that can't be fetched come from, and what they must be like
 * @param also a further folder in which the files are looked for; null if there is none
 * @param reader reads the files, given in their order
 */
record SequenceSet(
    String name,
    String about,
    String source,
    String byHand,
    @Nullable String also,
    List<RemoteFile> files,
    Function<List<Path>, Split> reader)
    implements KnownSet {
  private SetFiles set() {
    return new SetFiles(name, also, files);
  }

  @Override
  public List<String> classNames() {
    return List.of();
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
    return reader.apply(set().paths(folder, byHand));
  }

  @Override
  public List<String> get(DataFolder folder, Download download, DownloadProgress progress) {
    return set().get(folder, byHand, download, progress);
  }

  @Override
  public List<FileCheck> verify(DataFolder folder) {
    return set().verify(folder);
  }
}
