package shinso.train.figure;

import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;

/**
 * What is said of the cells of a grid.
 *
 * @param place where it lies
 * @param columns what the columns are called, from left to right
 * @param rows what the rows are called, from top to bottom
 * @param values what is in the cells, row by row
 * @param columnsFirst whether the column is said before the row
 */
record HoverCells(
    Rectangle2D place,
    List<String> columns,
    List<String> rows,
    List<String> values,
    boolean columnsFirst) {
  /** Returns this for the script of the page; may stand between single quotes in HTML. */
  String json() {
    return String.format(
        Locale.ROOT,
        "{\"x\":%s,\"y\":%s,\"w\":%s,\"h\":%s,\"columns\":%s,\"rows\":%s,\"values\":%s,"
            + "\"columnsFirst\":%s}",
        Svg.number(place.getX()),
        Svg.number(place.getY()),
        Svg.number(place.getWidth()),
        Svg.number(place.getHeight()),
        Html.json(columns),
        Html.json(rows),
        Html.json(values),
        columnsFirst);
  }
}
