using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;

namespace Parley.Hosting.Endpoints;

/// <summary><c>GET …/models</c> and <c>GET …/models/{id}</c>: the names that choose something. Sessions take any other name, too.</summary>
internal static class ModelEndpoints
{
    public static IResult List(HttpContext context, Admission admission, ModelCatalog models)
    {
        if (!admission.TryIdentify(context.Request, out _, out var refusal)) return refusal;
        return JsonAnswer.Of(json =>
        {
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var name in models.Names)
            {
                json.WriteStartObject();
                Write(json, name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    public static IResult Get(string id, HttpContext context, Admission admission, ModelCatalog models)
    {
        if (!admission.TryIdentify(context.Request, out _, out var refusal)) return refusal;
        return models.Names.Contains(id)
            ? JsonAnswer.Of(json => Write(json, id))
            : ApiError.Invalid(
                "model_not_found", $"No model is registered under this name. Sessions may ask for it all the same: '{ModelCatalog.CommonName}' answers.", "model",
                StatusCodes.Status404NotFound);
    }

    private static void Write(Utf8JsonWriter json, string name)
    {
        json.WriteString("id", name);
        json.WriteString("object", "model");
        // Clients want a time; when a model of somebody else's was made is not known here.
        json.WriteNumber("created", 0);
        json.WriteString("owned_by", "parley");
    }
}
