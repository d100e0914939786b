using System.Reflection;
using System.Text.Json.Nodes;
using EventTracking.Api.Documentation;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Makes schemas of the shapes that parameters and members declare.</summary>
internal static class ShapeSchemas
{
    public const string EventIdPattern = "^[0-9A-HJKMNP-TV-Z]{26}$";

    public const string ReplayIdPattern = "^[0-7][0-9A-HJKMNP-TV-Z]{12}$";

    public const string NumberPattern = "^[0-9]{1,19}$";

    /// <summary>The words of a shape, from the place that the code itself takes them from.</summary>
    public static IReadOnlyList<string> WordsOf(OneOfAttribute shape) =>
        shape.Source is not { } source ? shape.Words
        : source.GetProperty(shape.Member)?.GetValue(null) is IReadOnlyList<string> all ? all
        : [.. source.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>The attribute of a member, or of the parameter of a record's constructor that the member comes from.</summary>
    public static T? Find<T>(Type type, string member)
        where T : Attribute =>
        type.GetProperties().FirstOrDefault(property => property.Name.Equals(member, StringComparison.OrdinalIgnoreCase))?.GetCustomAttribute<T>()
        ?? type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).FirstOrDefault(parameter => parameter.Name!.Equals(member, StringComparison.OrdinalIgnoreCase))?.GetCustomAttribute<T>();

    public static IOpenApiSchema Of(ShapeAttribute shape, SchemaRepository repository) => shape switch
    {
        TextAttribute text => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = text.Shortest, MaxLength = text.Longest, Pattern = text.Pattern },
        WholeNumberAttribute number => new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Format = "int32",
            Minimum = $"{number.Smallest}",
            Maximum = $"{number.Largest}",
            Default = number.Default == 0 ? null : JsonValue.Create(number.Default),
        },
        TimeAttribute => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        DayAttribute => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" },
        FlagAttribute flag => new OpenApiSchema { Type = JsonSchemaType.Boolean, Enum = flag.OnlyTrue ? [JsonValue.Create(true)] : null },
        EventIdTextAttribute => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = EventIdPattern, MinLength = 26, MaxLength = 26 },
        ReplayIdTextAttribute => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = ReplayIdPattern, MinLength = 13, MaxLength = 13 },
        NumberIdAttribute => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = NumberPattern, MinLength = 1, MaxLength = 19 },
        Base64TextAttribute => new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
        OneOfAttribute words => Words(words, repository),
        _ => throw new NotSupportedException($"{shape.GetType().Name} has no schema."),
    };

    private static OpenApiSchemaReference Words(OneOfAttribute shape, SchemaRepository repository)
    {
        var words = WordsOf(shape);
        if (repository.Schemas.TryGetValue(shape.Name, out var known))
        {
            Assert.Equal(words, known.Enum!.Select(word => word!.GetValue<string>()));
        }
        else
        {
            repository.AddDefinition(shape.Name, new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))] });
        }

        return new OpenApiSchemaReference(shape.Name);
    }
}
