package shinso.verify.readers;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A kind of file that the program reads.
 *
 * @param kind its name
 * @param samples small valid files
 * @param packing what is done to a sample when it has been damaged, such as compressing it
 * @param reading reads the bytes of a file
 */
record Readable(String kind, List<byte[]> samples, UnaryOperator<byte[]> packing, Reading reading) {
  /** Reads a file; an {@link IOException} counts as an answer where the program handles it. */
  interface Reading {
    void read(byte[] file) throws IOException;
  }

  /** Keeps a copy. */
  Readable {
    samples = List.copyOf(samples);
  }

  /** Returns files that are read as they have been damaged. */
  static Readable of(String kind, List<byte[]> samples, Reading reading) {
    return new Readable(kind, samples, UnaryOperator.identity(), reading);
  }

  /** Returns the same with a packing, under another name. */
  Readable packed(String name, UnaryOperator<byte[]> wrapping) {
    return new Readable(name, samples, wrapping, reading);
  }
}
