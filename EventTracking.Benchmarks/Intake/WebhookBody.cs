using System.Globalization;
using System.Text;

namespace EventTracking.Benchmarks.Intake;

/// <summary>Creates bodies in the shape of a product webhook, with as many variants as the wanted size requires.</summary>
internal static class WebhookBody
{
    private const string Description = "<p>Waxed canvas, brass fittings, a strap of vegetable-tanned leather. \\\"Made to be mended\\\" \\u2013 Größe M.</p>";

    public static byte[] Compose(long productId, int bytes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            {"id":{{productId}},"admin_graphql_api_id":"gid://shopify/Product/{{productId}}","title":"Field bag {{productId}}","body_html":"{{Description}}","vendor":"Example Goods","product_type":"Bags","created_at":"2026-02-11T08:04:51-05:00","handle":"field-bag-{{productId}}","updated_at":"2026-11-20T10:15:30-05:00","published_at":"2026-02-11T08:04:51-05:00","template_suffix":null,"published_scope":"global","tags":"canvas, leather","status":"active","variants":[
            """);
        const string end = """],"options":[{"name":"Colour","position":1,"values":["Olive","Sand"]}],"image":null,"note":"_"}""";
        for (var position = 1; ; position++)
        {
            var variant = string.Create(CultureInfo.InvariantCulture, $$"""
                {"id":{{productId + position}},"product_id":{{productId}},"title":"Variant {{position}}","price":"129.00","position":{{position}},"inventory_policy":"deny","compare_at_price":null,"option1":"Olive","option2":null,"taxable":true,"barcode":"40123456{{position:00000}}","sku":"FB-{{productId}}-{{position}}","inventory_item_id":{{productId + 500 + position}},"inventory_quantity":{{position * 7}},"old_inventory_quantity":{{position * 7}},"admin_graphql_api_id":"gid://shopify/ProductVariant/{{productId + position}}"}
                """);
            if (position > 1 && Encoding.UTF8.GetByteCount($"{text},{variant}{end}") > bytes)
            {
                break;
            }

            text.Append(position == 1 ? "" : ",").Append(variant);
        }

        var missing = Math.Max(0, bytes - Encoding.UTF8.GetByteCount($"{text}{end}"));
        text.Append(end.Replace("_", $"_{new string('n', missing)}", StringComparison.Ordinal));
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
