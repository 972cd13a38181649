package shinso.train.data.file;

import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.jpeg.JpegSegmentReader;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.imaging.tiff.TiffProcessingException;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import com.drew.lang.SequentialByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.tiff.DirectoryTiffHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the rows and columns of a file lie in the picture, as the camera noted it.
 *
 * <p>Source: CIPA DC-008, "Exchangeable image file format", tag 0x0112; PNG has the same block in
 * its chunk {@code eXIf}, and TIFF has the tag itself.
 *
 * @param transposed whether the file's rows are columns of the picture
 * @param fromBottom whether the file's rows come in the opposite order
 * @param fromRight whether the file's columns do
 */
record Orientation(boolean transposed, boolean fromBottom, boolean fromRight) {
  static final Orientation UPRIGHT = new Orientation(false, false, false);

  private static final int PNG_SIGNATURE = 8;
  private static final int PNG_CHUNK = 12;
  private static final String PNG_EXIF = "eXIf";

  /** No camera writes that many tags; a file that lies about their number would keep us busy. */
  private static final int MOST_TAGS = 1_000_000;

  /** Returns the orientation of a number from 1 to 8; of other numbers, upright. */
  static Orientation of(int number) {
    return switch (number) {
      case 2 -> new Orientation(false, false, true);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, true, false);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, true, false);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, false, true);
      default -> UPRIGHT;
    };
  }

  /** Returns what an image file says; upright if it says nothing, or nothing that makes sense. */
  static Orientation of(byte[] file) {
    try {
      ByteArrayReader note = note(file);
      return note == null ? UPRIGHT : read(note);
    } catch (JpegProcessingException
        | TiffProcessingException
        | IOException
        | RuntimeException damaged) {
      // Whether the picture itself is damaged, too, is found when it is decoded.
      return UPRIGHT;
    }
  }

  /** Returns the block in the format of TIFF that has the tags, or null. */
  private static @Nullable ByteArrayReader note(byte[] file)
      throws JpegProcessingException, IOException {
    int begin = file.length < PNG_SIGNATURE ? 0 : ByteBuffer.wrap(file).getInt(0);
    return switch (begin >>> 16) {
      case 0xFFD8 -> jpegNote(file);
      case 0x8950 -> pngNote(file);
      case 0x4949, 0x4D4D -> new ByteArrayReader(file);
      default -> null;
    };
  }

  private static @Nullable ByteArrayReader jpegNote(byte[] file)
      throws JpegProcessingException, IOException {
    Iterable<byte[]> segments =
        JpegSegmentReader.readSegments(
                new SequentialByteArrayReader(file), List.of(JpegSegmentType.APP1))
            .getSegments(JpegSegmentType.APP1);
    for (byte[] segment : segments) {
      if (ExifReader.startsWithJpegExifPreamble(segment)) {
        return new ByteArrayReader(segment, ExifReader.JPEG_SEGMENT_PREAMBLE.length());
      }
    }
    return null;
  }

  private static @Nullable ByteArrayReader pngNote(byte[] file) {
    ByteBuffer chunks = ByteBuffer.wrap(file);
    long at = PNG_SIGNATURE;
    while (at + PNG_CHUNK <= file.length) {
      int length = chunks.getInt((int) at);
      if (length < 0 || at + PNG_CHUNK + length > file.length) {
        return null;
      }
      int data = (int) at + 8;
      if (new String(file, data - 4, 4, StandardCharsets.ISO_8859_1).equals(PNG_EXIF)) {
        return new ByteArrayReader(Arrays.copyOfRange(file, data, data + length));
      }
      at += PNG_CHUNK + length;
    }
    return null;
  }

  private static Orientation read(ByteArrayReader note)
      throws TiffProcessingException, IOException {
    Tags tags = new Tags();
    new TiffReader().processTiff(note, tags, 0);
    return of(tags.orientation);
  }

  /** Takes one tag of the first directory and leaves all others, which may be of any size. */
  private static final class Tags extends DirectoryTiffHandler {
    private int orientation = 1;
    private int asked;

    Tags() {
      super(new Metadata(), null);
      pushDirectory(ExifIFD0Directory.class);
    }

    @Override
    public void setInt16u(int tag, int value) {
      orientation = value;
    }

    @Override
    public boolean customProcessTag(
        int offset, Set<Integer> done, int header, RandomAccessReader in, int tag, int length) {
      return tag != ExifIFD0Directory.TAG_ORIENTATION;
    }

    @Override
    public boolean tryEnterSubIfd(int tag) {
      if (++asked > MOST_TAGS) {
        throw new IllegalStateException("a directory of more than " + MOST_TAGS + " tags");
      }
      return false;
    }

    @Override
    public boolean hasFollowerIfd() {
      return false;
    }

    @Override
    public @Nullable Long tryCustomProcessFormat(int tag, int format, long count) {
      return null;
    }

    @Override
    public void setTiffMarker(int marker) {}
  }

  /** Returns the height of the picture of a file of so many rows and columns. */
  int height(int rows, int columns) {
    return transposed ? columns : rows;
  }

  /** Returns the width of the picture of a file of so many rows and columns. */
  int width(int rows, int columns) {
    return transposed ? rows : columns;
  }

  /** Returns the position in the picture, row by row, of a pixel of a file. */
  int position(int row, int column, int rows, int columns) {
    int y = fromBottom ? rows - 1 - row : row;
    int x = fromRight ? columns - 1 - column : column;
    return transposed ? x * rows + y : y * columns + x;
  }
}
