using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Adds to the document what routes declare beyond their types: examples, problems, headers and roles.</summary>
internal sealed class MetadataFilter : IOperationFilter
{
    private const string Json = "application/json";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        AddSecurity(operation, metadata, context.Document);
        AddHeaders(operation, metadata);
        DescribeParameters(operation, context);
        AddRequest(operation, [.. metadata.OfType<ExampleMetadata>().Where(example => example.Status is null)]);
        var answers = (operation.Responses ?? []).OrderBy(answer => answer.Key, StringComparer.Ordinal).ToArray();
        operation.Responses = [];
        foreach (var (status, response) in answers)
        {
            AddResponse((OpenApiResponse)response, int.Parse(status, CultureInfo.InvariantCulture), metadata, InvalidValue.Of(context.ApiDescription));
            operation.Responses.Add(status, response);
        }
    }

    private static void AddSecurity(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        if (metadata.OfType<IAuthorizeData>().LastOrDefault()?.Policy is not { } role)
        {
            operation.Security = [];
            return;
        }

        operation.Security = [new() { [new OpenApiSecuritySchemeReference(ApiKeyHandler.Scheme, document)] = [] }];
        operation.Description = $"{operation.Description}\n\nRole: `{role}`.";
    }

    private static void AddHeaders(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var header in metadata.OfType<HeaderMetadata>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Required = header.Required,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = header.Example,
            });
        }
    }

    private static void DescribeParameters(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            var member = context.ApiDescription.ParameterDescriptions.FirstOrDefault(candidate => candidate.Name == parameter.Name)?.ParameterDescriptor;
            if ((member as IParameterInfoParameterDescriptor)?.ParameterInfo is not { } info)
            {
                continue;
            }

            parameter.Description = info.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()?.Description ?? parameter.Description;
            parameter.Required |= info.GetCustomAttribute<NeededAttribute>() is not null;
            if (info.GetCustomAttribute<ShapeAttribute>() is { } shape)
            {
                parameter.Schema = ShapeSchemas.Of(shape, context.SchemaRepository);
            }

            if (info.GetCustomAttribute<ExampleAttribute>() is not { } example)
            {
                continue;
            }

            // Swagger UI fills 'example' into its form, and a filter that nobody chose would hide events.
            if (parameter.In == ParameterLocation.Path)
            {
                parameter.Example = example.Value;
            }
            else
            {
                parameter.Description += $" Example: `{example.Value}`.";
            }
        }
    }

    private static void AddRequest(OpenApiOperation operation, ExampleMetadata[] examples)
    {
        if (examples.Length == 0)
        {
            return;
        }

        // A handler that reads the raw body has no parameter for it.
        operation.RequestBody ??= new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType> { [Json] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } } },
        };
        foreach (var content in operation.RequestBody.Content?.Values.OfType<OpenApiMediaType>() ?? [])
        {
            AddExamples(content, examples.Select(example => (example.Name, JsonNode.Parse(example.Json)!)));
        }
    }

    private static void AddResponse(OpenApiResponse response, int status, IList<object> metadata, InvalidValue invalid)
    {
        var problems = metadata.OfType<ProblemMetadata>().Select(known => known.Problem).Where(problem => problem.Status == status).ToArray();
        var examples = metadata.OfType<ExampleMetadata>().Where(example => example.Status == status).ToArray();
        if (problems.Length + examples.Length > 0)
        {
            response.Description = string.Join("; ", problems.Select(problem => problem.Title).Concat(examples.Select(example => example.Name)));
        }

        foreach (var (name, description) in HeadersOf(status, metadata, problems))
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            response.Headers[name] = new OpenApiHeader { Required = true, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        foreach (var (type, content) in response.Content ?? new Dictionary<string, IOpenApiMediaType>())
        {
            if (type == Json || problems.Length > 0)
            {
                if (examples.Any(example => example.Type == typeof(JsonElement)))
                {
                    // What somebody else sent, in whatever form.
                    ((OpenApiMediaType)content).Schema = new OpenApiSchema();
                }

                AddExamples((OpenApiMediaType)content, [
                    .. examples.Select(example => (example.Name, JsonNode.Parse(example.Json)!)),
                    .. problems.Select(problem => (problem.Slug, (JsonNode)ToExample(problem, invalid)))]);
            }
            else if (examples.All(example => example.Type != typeof(JsonElement)))
            {
                // The schema of the JSON does not describe the same as lines or a table.
                ((OpenApiMediaType)content).Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            }
        }
    }

    private static IEnumerable<(string Name, string Description)> HeadersOf(int status, IList<object> metadata, ProblemType[] problems)
    {
        if (problems.Contains(ProblemTypes.ApiKeyRequired))
        {
            yield return ("WWW-Authenticate", $"Always `{ApiKeyHandler.Scheme}`.");
        }

        if (problems.Any(problem => problem == ProblemTypes.TooManyAttempts || problem == ProblemTypes.StoreUnavailable || problem == ProblemTypes.TimedOut))
        {
            yield return ("Retry-After", "The seconds to wait before the next try.");
        }

        foreach (var header in metadata.OfType<ResponseHeaderMetadata>().Where(header => header.Status == status))
        {
            yield return (header.Name, header.Description);
        }
    }

    private static JsonObject ToExample(ProblemType problem, InvalidValue invalid)
    {
        var example = new JsonObject { ["type"] = problem.Uri, ["title"] = problem.Title, ["status"] = problem.Status, ["detail"] = problem.Detail };
        if (problem == ProblemTypes.Validation)
        {
            example["errors"] = new JsonObject { [invalid.Field] = new JsonArray(invalid.Message) };
        }

        example["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        return example;
    }

    private static void AddExamples(OpenApiMediaType content, IEnumerable<(string Name, JsonNode Value)> examples) =>
        content.Examples = examples.ToDictionary(
            example => example.Name, IOpenApiExample (example) => new OpenApiExample { Summary = example.Name, Value = example.Value }, StringComparer.Ordinal);
}
