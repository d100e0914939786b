using System.Reflection;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Requests allow no unknown members and require only those that must be given; responses have all of theirs but may gain members.</summary>
internal sealed class SchemaFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Type: JsonSchemaType.Object, Properties: { } properties } type)
        {
            return;
        }

        if (context.Type == typeof(ProblemDetails))
        {
            DescribeProblem(type, properties);
            return;
        }

        var isRequest = context.Type.GetCustomAttribute<JsonUnmappedMemberHandlingAttribute>() is not null;
        type.Required = properties.Keys.Where(name => !isRequest || ShapeSchemas.Find<NeededAttribute>(context.Type, name) is not null).ToHashSet(StringComparer.Ordinal);
        type.AdditionalPropertiesAllowed = !isRequest;
        foreach (var (name, member) in properties.ToArray())
        {
            properties[name] = Shaped((OpenApiSchema)member, name, context, isNeeded: isRequest && ShapeSchemas.Find<NeededAttribute>(context.Type, name) is { OrNull: false });
        }
    }

    private static OpenApiSchema Shaped(OpenApiSchema member, string name, SchemaFilterContext context, bool isNeeded)
    {
        var canBeNull = !isNeeded && member.Type?.HasFlag(JsonSchemaType.Null) is true;
        member.MaxItems = ShapeSchemas.Find<MostItemsAttribute>(context.Type, name)?.Most;
        if (ShapeSchemas.Find<ShapeAttribute>(context.Type, name) is { } shape)
        {
            var shaped = ShapeSchemas.Of(shape, context.SchemaRepository);
            if (member.Items is not null)
            {
                member.Items = shaped;
            }
            else if (shaped is OpenApiSchema inline)
            {
                (inline.Description, inline.Type) = (member.Description, canBeNull ? inline.Type | JsonSchemaType.Null : inline.Type);
                return inline;
            }
            else
            {
                (member.Type, member.AllOf) = (canBeNull ? JsonSchemaType.Null : null, [shaped]);
            }
        }

        // All schemas would have to allow null, but what is referred to does not.
        if (canBeNull && member.AllOf is [var reference])
        {
            (member.Type, member.AllOf, member.OneOf) = (null, null, [new OpenApiSchema { Type = JsonSchemaType.Null }, reference]);
        }
        else if (isNeeded)
        {
            member.Type &= ~JsonSchemaType.Null;
        }

        return member;
    }

    /// <summary>The members that every problem has, and the one of an invalid request.</summary>
    private static void DescribeProblem(OpenApiSchema problem, IDictionary<string, IOpenApiSchema> properties)
    {
        properties.Clear();
        properties["type"] = Text("Names the kind of problem. It never changes; branch on it.");
        properties["title"] = Text("The kind of problem in words, for people.");
        properties["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Minimum = "400", Maximum = "599", Description = "The status of the response." };
        properties["detail"] = Text("What went wrong this time, for people.");
        properties["errors"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Only for `validation`: the messages by field.",
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        };
        properties["traceId"] = Text("Finds the request in the log and in the traces.");
        problem.Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "detail", "traceId" };
        problem.Description = "An error (RFC 9457).";
        problem.AdditionalProperties = null;
        problem.AdditionalPropertiesAllowed = true;
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
