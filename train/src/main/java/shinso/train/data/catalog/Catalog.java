package shinso.train.data.catalog;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.train.data.DataException;
import shinso.train.data.Split;
import shinso.train.data.glyphs.Glyphs;

/** The data sets that can be asked for by name. */
public final class Catalog {
  private static final List<String> DIGITS =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private static final List<String> CLOTHES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte.gz";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte.gz";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte.gz";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

  private static final List<String> MNIST_MIRRORS =
      List.of(
          "https://storage.googleapis.com/cvdf-datasets/mnist/",
          "https://ossci-datasets.s3.amazonaws.com/mnist/",
          "http://yann.lecun.com/exdb/mnist/");

  private static final List<String> FASHION_MIRRORS =
      List.of(
          "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
          "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/");

  private static final List<KnownSet> PICTURES =
      List.of(
          new DrawnSet(
              "glyphs",
              "handwritten digits drawn by the program, grey 28 x 28, 60,000 + 10,000",
              DIGITS,
              Glyphs::split),
          new IdxSet(
              "mnist",
              "handwritten digits, grey 28 x 28, 60,000 + 10,000 (LeCun, Cortes, Burges)",
              "http://yann.lecun.com/exdb/mnist/",
              DIGITS,
              List.of(
                  file(
                      TRAIN_IMAGES,
                      9_912_422,
                      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                      MNIST_MIRRORS),
                  file(
                      TRAIN_LABELS,
                      28_881,
                      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                      MNIST_MIRRORS),
                  file(
                      TEST_IMAGES,
                      1_648_877,
                      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                      MNIST_MIRRORS),
                  file(
                      TEST_LABELS,
                      4_542,
                      "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                      MNIST_MIRRORS))),
          new IdxSet(
              "fashion-mnist",
              "pictures of clothes, grey 28 x 28, 60,000 + 10,000 (Xiao, Rasul, Vollgraf)",
              "https://github.com/zalandoresearch/fashion-mnist",
              CLOTHES,
              List.of(
                  file(
                      TRAIN_IMAGES,
                      26_421_880,
                      "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                      FASHION_MIRRORS),
                  file(
                      TRAIN_LABELS,
                      29_515,
                      "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                      FASHION_MIRRORS),
                  file(
                      TEST_IMAGES,
                      4_422_102,
                      "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                      FASHION_MIRRORS),
                  file(
                      TEST_LABELS,
                      5_148,
                      "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                      FASHION_MIRRORS))),
          new CifarSet(
              "cifar10",
              "photographs of ten kinds of things, colour 32 x 32, 50,000 + 10,000 (Krizhevsky)",
              "https://www.cs.toronto.edu/~kriz/cifar.html",
              new RemoteFile(
                  "cifar-10-binary.tar.gz",
                  170_052_171,
                  Checksum.md5("c32a1d4ab5d03f1284b67883e8d87530"),
                  List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"))),
              List.of(
                  batch(
                      "data_batch_1.bin",
                      "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                  batch(
                      "data_batch_2.bin",
                      "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                  batch(
                      "data_batch_3.bin",
                      "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                  batch(
                      "data_batch_4.bin",
                      "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                  batch(
                      "data_batch_5.bin",
                      "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                  batch(
                      "test_batch.bin",
                      "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"))));

  private static final List<KnownSet> SETS =
      Stream.of(PICTURES, Tables.ALL, SequenceSets.ALL).flatMap(List::stream).toList();

  private Catalog() {}

  /** Returns all sets: pictures, the built-in one first, then tables, then texts and music. */
  public static List<KnownSet> sets() {
    return SETS;
  }

  /**
   * Returns the set of a name.
   *
   * @throws DataException if there is none; the message names those that there are
   */
  public static KnownSet find(String name) {
    return SETS.stream()
        .filter(set -> set.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new DataException(
                "there is no data set '%s'; there are %s"
                    .formatted(
                        name,
                        SETS.stream().map(KnownSet::name).collect(Collectors.joining(", ")))));
  }

  /**
   * Reads a set from the data folder of this process. The validation part is empty but for texts
   * and music, and so is the test part of a table that was published without one.
   *
   * @throws DataException if there is no such set, or its files are missing or damaged
   */
  public static Split load(String name) {
    KnownSet set = find(name);
    return set.load(DataFolder.ofEnvironment());
  }

  private static CifarSet.Batch batch(String file, String sha256) {
    return new CifarSet.Batch(file, Checksum.sha256(sha256));
  }

  private static RemoteFile file(String name, long size, String sha256, List<String> mirrors) {
    return new RemoteFile(
        name,
        size,
        Checksum.sha256(sha256),
        mirrors.stream().map(mirror -> URI.create(mirror + name)).toList());
  }
}
