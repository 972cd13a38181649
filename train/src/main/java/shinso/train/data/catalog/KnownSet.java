package shinso.train.data.catalog;

import java.util.List;
import shinso.train.data.Split;

/** A data set that the catalog knows. */
public sealed interface KnownSet permits DrawnSet, IdxSet, CifarSet, TableSet, SequenceSet {
  /** How much of a set is there. */
  enum Presence {
    /** It is made by the program. */
    BUILT_IN,
    /** All of it. */
    COMPLETE,
    /** Enough of it to be loaded. */
    PARTIAL,
    /** Too little of it, or nothing. */
    ABSENT
  }

  /** Returns the name by which it is asked for; also that of its folder. */
  String name();

  /** Returns what it is, in one line. */
  String about();

  /** Returns where it comes from: a web page, or that it is built in. */
  String source();

  /** Returns the names of the classes. */
  List<String> classNames();

  /** Returns the names of the features of a table, in their order; empty for pictures. */
  default List<String> featureNames() {
    return List.of();
  }

  /** Returns the bytes to be downloaded; 0 if there is nothing that can be. */
  long downloadSize();

  /** Returns how much of it is there, by the names of files; {@link #verify} looks into them. */
  Presence presence(DataFolder folder);

  /**
   * Reads it. The validation part is empty but for texts and music, and so is the test part of a
   * table that was published without one.
   *
   * @throws shinso.train.data.DataException if files are missing or damaged; the message says how
   *     to get them
   */
  Split load(DataFolder folder);

  /**
   * Downloads what is missing or wrong.
   *
   * @return the files that were fetched; empty if all were there
   * @throws shinso.train.data.DataException if no mirror gave a file that is right, or the folder
   *     can't be written to; the message says which files to put where by hand
   */
  List<String> get(DataFolder folder, Download download, DownloadProgress progress);

  /** Compares files with their checksums. */
  List<FileCheck> verify(DataFolder folder);
}
